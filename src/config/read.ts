import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { AutodError, isErrno } from "../errors.ts";

const LIMIT = 1_000_000;

/** The text of a configuration file. Throws CONFIG_INVALID where it can't be one. */
export async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readBytes(file));
  } catch (error) {
    const message = `${file}: can't be read: ${reasonIn(error)}`;
    throw new AutodError("CONFIG_INVALID", message, { cause: error });
  }
}

function reasonIn(error: unknown): string {
  if (isErrno(error, "ERR_ENCODING_INVALID_ENCODED_DATA")) return "it is no UTF-8 text";
  return error instanceof Error ? error.message : String(error);
}

async function readBytes(file: string): Promise<Buffer> {
  // a pipe that nobody writes into would be waited for
  await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const status = await handle.stat();
  if (!status.isFile()) throw new Error("it is no file");
  if (status.size > LIMIT) throw new Error("it is larger than 1 MB");
  return await handle.readFile();
}
