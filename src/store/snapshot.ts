import { setImmediate as tick } from "node:timers/promises";
import { AutodError } from "../errors.ts";
import { type Beside, writeBeside } from "./durable.ts";
import { checksum, type Mark } from "./line.ts";
import { type DocumentRecord, type Snapshot, snapshot, VERSION } from "./record.ts";

/** A snapshot that lies whole beside the store's file. */
export interface Written extends Beside {
  readonly mark: Pick<Mark, "bytes" | "crc">;
}

/**
 * Writes a snapshot beside the file at `path`, in slices, so that nobody waits for it.
 *
 * Each record is written as `recordOf` gives it at its turn; one that is gone by then is left out.
 */
export async function writeSnapshot(
  path: string,
  keys: readonly string[],
  recordOf: (sha256: string) => DocumentRecord | undefined,
  version = VERSION,
): Promise<Written> {
  const mark = { bytes: 0, crc: checksum("") };
  async function* counted() {
    for (const text of slices(keys, recordOf, headOf(version))) {
      const piece = Buffer.from(text);
      mark.bytes += piece.length;
      mark.crc = checksum(piece, mark.crc);
      yield piece;
      await tick();
    }
  }
  const beside = await writeBeside(path, counted());
  return { ...beside, mark, [Symbol.asyncDispose]: () => beside[Symbol.asyncDispose]() };
}

/** A record a line: less to read than with a line for each field, and still lines to look at. */
function* slices(
  keys: readonly string[],
  recordOf: (sha256: string) => DocumentRecord | undefined,
  head: string,
): Generator<string> {
  let between = head;
  let text = "";
  for (const sha256 of keys) {
    const record = recordOf(sha256);
    if (!record) continue;
    text += `${between}${JSON.stringify(sha256)}: ${JSON.stringify(record)}`;
    between = BETWEEN;
    if (text.length < SLICE) continue;
    yield text;
    text = "";
  }
  yield text + (between === head ? head : "") + TAIL;
}

/** Characters that are made at once: a few milliseconds. */
const SLICE = 250_000;
const headOf = (version: number): string => `{"version": ${version}, "documents": {\n`;
const HEAD = headOf(VERSION);
const BETWEEN = ",\n";
const TAIL = "\n}}\n";

/** Tells of a line of the store's file, `"sha256": {…}`, whether the record in it may be wanted. */
export type MayMatter = (line: string) => boolean;

/** What another program laid out in another way stays whole. */
export function withoutOthers(text: string, mayMatter: MayMatter): string {
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL)) return text;
  const lines = text.slice(HEAD.length, -TAIL.length).split(BETWEEN);
  return HEAD + lines.filter(mayMatter).join(BETWEEN) + TAIL;
}

/** The text of a file that was written here, or elsewhere. Throws STORE_DAMAGED. */
export function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw noJson(path, cause);
  }
}

/** The JSON in the text of the file at `path`. Throws STORE_DAMAGED. */
export function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw noJson(path, cause);
  }
}

const noJson = (path: string, cause: unknown): AutodError =>
  new AutodError("STORE_DAMAGED", `${path} is damaged: it is no JSON`, { cause });

/** The version that a store says it has; undefined where it says none. */
export function versionOf(data: unknown): number | undefined {
  const version = isObject(data) ? data["version"] : undefined;
  return typeof version === "number" ? version : undefined;
}

/** Checks every field of every record. Throws STORE_NEWER and STORE_DAMAGED. */
export function check(data: unknown, path: string): Snapshot {
  const version = versionOf(data);
  if (version !== undefined && version > VERSION) throw newer(path, version);
  const result = snapshot.safeParse(data);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new AutodError(
    "STORE_DAMAGED",
    `${path} is damaged: ${first?.path.join(".")}: ${first?.message}`,
    { cause: result.error },
  );
}

/** What is said of a store that a newer autod wrote. */
export const newer = (path: string, version: number): AutodError =>
  new AutodError(
    "STORE_NEWER",
    `${path} has version ${version}, this autod knows version ${VERSION}`,
  );

/** Whether every record has at least its outline: all of it takes longer than reading, and who looks does no harm. */
export function hasOutline(data: unknown): data is Snapshot {
  if (versionOf(data) !== VERSION || !isObject(data)) return false;
  const { documents } = data;
  if (!isObject(documents)) return false;
  return Object.entries(documents).every(([key, record]) => isOutlined(record, key));
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
