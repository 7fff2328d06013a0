import { join } from "node:path";
import type { Adapter } from "lowdb";
import { AutodError } from "../errors.ts";
import { readIfAny, replaceFile } from "./durable.ts";
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
