import { join } from "node:path";
import type { Adapter } from "lowdb";
import { AutodError } from "../errors.ts";
import { readIfAny, replaceFile } from "./durable.ts";
import { type DocumentRecord, type Snapshot, snapshot } from "./record.ts";

/**
 * Keeps the store as one JSON file: lowdb's adapter, made durable.
 *
 * A write is whole and on the disk when it resolves, or the file is as it was. `read` gives null where
 * there is no file yet, and throws STORE_DAMAGED or STORE_NEWER rather than use what it can't be sure of.
 */
export const snapshotFile = (folder: string): Adapter<Snapshot> => {
  const path = pathIn(folder);
  return {
    async read() {
      const bytes = await readIfAny(path);
      return bytes === null ? null : check(parse(decode(bytes, path), path), path);
    },
    async write(data) {
      await replaceFile(path, textOf(data));
    },
  };
};

/** Tells of a line of the store's file, `"sha256": {…}`, whether the record in it may be wanted. */
export type MayMatter = (line: string) => boolean;

/**
 * The records of a store that is only looked at; none where there is no file. Throws as `read` does.
 *
 * Of each record only the outline is checked: all of it takes longer than reading the file, and who looks does
 * no harm. Those that can't match may be left out: parsing takes most of the time.
 */
export async function lookAtRecords(
  folder: string,
  mayMatter?: MayMatter,
): Promise<DocumentRecord[]> {
  const path = pathIn(folder);
  const bytes = await readIfAny(path);
  if (bytes === null) return [];
  const text = decode(bytes, path);
  const data = parse(mayMatter ? withoutOthers(text, mayMatter) : text, path);
  // Of what has no outline the whole check knows what to say.
  return Object.values((hasOutline(data) ? data : check(data, path)).documents);
}

/** A record a line: less to read than with a line for each field, and still lines to look at. */
function textOf({ documents }: Snapshot): string {
  const lines = Object.entries(documents).map(
    ([sha256, record]) => `${JSON.stringify(sha256)}: ${JSON.stringify(record)}`,
  );
  return HEAD + lines.join(BETWEEN) + TAIL;
}

const HEAD = '{"version": 1, "documents": {\n';
const BETWEEN = ",\n";
const TAIL = "\n}}\n";

/** What another program laid out in another way stays whole. */
function withoutOthers(text: string, mayMatter: MayMatter): string {
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL)) return text;
  const lines = text.slice(HEAD.length, -TAIL.length).split(BETWEEN);
  return HEAD + lines.filter(mayMatter).join(BETWEEN) + TAIL;
}

const pathIn = (folder: string): string => join(folder, "documents.json");

function hasOutline(data: unknown): data is Snapshot {
  if (!isObject(data) || data["version"] !== 1 || !isObject(data["documents"])) return false;
  return Object.entries(data["documents"]).every(([key, record]) => isOutlined(record, key));
}

function isOutlined(record: unknown, key: string): boolean {
  if (!isObject(record) || record["sha256"] !== key) return false;
  const { source, calls, duplicates, history, checks, extraction } = record;
  const isRead = extraction === null || (isObject(extraction) && isText(extraction["title"]));
  return (
    [record["id"], record["status"], record["folder"], record["costUsd"]].every(isText) &&
    [calls, duplicates, history, checks].every(Array.isArray) &&
    isObject(source) &&
    [source["path"], source["name"], source["arrivedAt"]].every(isText) &&
    isRead
  );
}

const isText = (value: unknown): value is string => typeof value === "string";

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw noJson(path, cause);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw noJson(path, cause);
  }
}

const noJson = (path: string, cause: unknown): AutodError =>
  new AutodError("STORE_DAMAGED", `${path} is damaged: it is no JSON`, { cause });

function check(data: unknown, path: string): Snapshot {
  const version = isObject(data) ? data["version"] : undefined;
  if (typeof version === "number" && version > 1) {
    throw new AutodError(
      "STORE_NEWER",
      `${path} has version ${version}, this autod knows version 1`,
    );
  }
  const result = snapshot.safeParse(data);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new AutodError(
    "STORE_DAMAGED",
    `${path} is damaged: ${first?.path.join(".")}: ${first?.message}`,
    {
      cause: result.error,
    },
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
