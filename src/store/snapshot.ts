import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Adapter } from "lowdb";
import { AutodError, isErrno } from "../errors.ts";
import { type Snapshot, snapshot } from "./record.ts";

/**
 * Keeps the store as one JSON file: lowdb's adapter, made durable.
 *
 * A write is whole and on the disk when it resolves, or the file is as it was. `read` gives null where
 * there is no file yet, and throws STORE_DAMAGED or STORE_NEWER rather than use what it can't be sure of.
 */
export const snapshotFile = (folder: string): Adapter<Snapshot> => {
  const path = join(folder, "documents.json");
  return {
    async read() {
      const bytes = await readIfAny(path);
      return bytes === null ? null : parse(bytes, path);
    },
    async write(data) {
      await replaceFile(path, JSON.stringify(data, null, 1));
    },
  };
};

async function readIfAny(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

function parse(bytes: Buffer, path: string): Snapshot {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AutodError("STORE_DAMAGED", `${path} is no JSON`, { cause });
  }
  if (hasVersion(data) && data.version > 1) {
    throw new AutodError("STORE_NEWER", `${path} has version ${data.version}, this autod knows 1`);
  }
  const result = snapshot.safeParse(data);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new AutodError("STORE_DAMAGED", `${path}: ${first?.path.join(".")}: ${first?.message}`, {
    cause: result.error,
  });
}

function hasVersion(data: unknown): data is { version: number } {
  return (
    typeof data === "object" &&
    data !== null &&
    "version" in data &&
    typeof data.version === "number"
  );
}

/** Beside it, whole, synced, renamed, and the folder synced: else a power cut or a full disk could tear it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  await rm(beside, { force: true });
  try {
    await writeWhole(beside, Buffer.from(text));
    await rename(beside, path);
  } catch (error) {
    // Where the disk is full, others need the room.
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await using folder = await open(dirname(path), "r");
  await folder.sync();
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(bytes);
  const { size } = await file.stat();
  if (size !== bytes.length) throw new Error(`${path}: ${size} of ${bytes.length} bytes`);
  await file.sync();
}
