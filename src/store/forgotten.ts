import { join } from "node:path";
import { z } from "zod";
import { AutodError } from "../errors.ts";
import { readIfAny, replaceFile } from "./durable.ts";
import { type Call, type DocumentRecord, record } from "./record.ts";

/** What is kept of a document that was forgotten, so that its costs stay in all totals. */
const forgotten = record
  .pick({ id: true, sha256: true, folder: true, profile: true, calls: true })
  .extend({ forgottenAt: z.iso.datetime() });

export type Forgotten = z.infer<typeof forgotten>;

/** The file of the forgotten in a dataDir, a line each. */
export interface ForgottenFile {
  /** None where there is no file. Throws STORE_DAMAGED. */
  readonly read: () => Promise<Forgotten[]>;
  /** Whole and on the disk when it resolves, or as it was. */
  readonly write: (all: readonly Forgotten[]) => Promise<void>;
}

export function forgottenFile(folder: string): ForgottenFile {
  const path = join(folder, "forgotten.jsonl");
  return {
    async read() {
      const lines = (await readIfAny(path))?.toString("utf8").split("\n") ?? [];
      return lines.flatMap((line, at) => (line === "" ? [] : [parse(line, `${path}:${at + 1}`)]));
    },
    write: (all) => replaceFile(path, all.map((one) => `${JSON.stringify(one)}\n`).join("")),
  };
}

/** The calls of documents, known and forgotten, each running number once: one may be in both for a while. */
export function* callsOf(
  records: Iterable<DocumentRecord>,
  gone: Iterable<Forgotten>,
): Generator<Call> {
  const seen = new Set<number>();
  for (const { calls } of records) {
    for (const call of calls) {
      seen.add(call.seq);
      yield call;
    }
  }
  for (const call of [...gone].flatMap(({ calls }) => calls)) {
    if (seen.has(call.seq)) continue;
    seen.add(call.seq);
    yield call;
  }
}

function parse(line: string, place: string): Forgotten {
  try {
    return forgotten.parse(JSON.parse(line));
  } catch (cause) {
    throw new AutodError("STORE_DAMAGED", `${place} doesn't tell of a forgotten document`, {
      cause,
      hint: "Put back a copy of the file that you keep elsewhere: the budget counts what it holds.",
    });
  }
}
