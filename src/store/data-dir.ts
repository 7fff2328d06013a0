import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AutodError, isErrno } from "../errors.ts";
import { syncFolder } from "../sync.ts";
import { replaceFile } from "./durable.ts";
import { lockStore } from "./lock.ts";

/** A dataDir that this process alone holds. */
export interface DataDir extends Disposable {
  readonly path: string;
  /** 32 hex digits that tell this installation from others: in staging folders and names of uploads. */
  readonly instance: string;
}

/** Makes the folder where it is missing, for its owner only, and locks it. Throws STORE_LOCKED. */
export async function openDataDir(path: string): Promise<DataDir> {
  await makeDurable(path);
  const lock = lockStore(path);
  try {
    const instance = (await readInstance(path)) ?? (await makeInstance(path));
    return { path, instance, [Symbol.dispose]: () => lock[Symbol.dispose]() };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** Should it be lost with the power, files that were claimed by its instance would be nobody's. */
async function makeDurable(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

/** The instance id of a dataDir that is only looked at; undefined before its first use. Throws STORE_DAMAGED. */
export async function readInstance(path: string): Promise<string | undefined> {
  const file = join(path, "instance");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined || /^[0-9a-f]{32}\n?$/.test(text)) return text?.trim();
  throw new AutodError("STORE_DAMAGED", `${file} doesn't hold the id of this installation`, {
    hint: "Put back a copy of the file that you keep elsewhere: the documents in work are found by it.",
  });
}

async function makeInstance(path: string): Promise<string> {
  const instance = randomBytes(16).toString("hex");
  // The lock is ours, so nobody else can have made one meanwhile.
  await replaceFile(join(path, "instance"), `${instance}\n`);
  return instance;
}
