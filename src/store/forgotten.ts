import { join } from "node:path";
import { z } from "zod";
import { AutodError } from "../errors.ts";
import { readIfAny, replaceFile } from "./durable.ts";
import { type Call, type DocumentRecord, record } from "./record.ts";

/** What is kept of a document that was forgotten, so that its costs stay in all totals. */
const forgotten = record
  .pick({ id: true, sha256: true, folder: true, profile: true, calls: true, unbilled: true })
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

/** A call, and whose it was. */
export interface BookedCall extends Call, Pick<Forgotten, "id" | "sha256"> {
  readonly folder: string;
}

/** All that was ever asked, also for documents that were forgotten. */
export interface Books {
  /** Each running number once. */
  readonly calls: () => Iterable<BookedCall>;
  /** How many asks came to nothing, and cost nothing. */
  readonly unbilled: () => number;
}

/** The books of documents, known and forgotten: a call may be in both for a while. */
export function booksOf(records: () => Iterable<DocumentRecord>, gone: Iterable<Forgotten>): Books {
  const all = function* () {
    yield* records();
    yield* gone;
  };
  return {
    *calls() {
      const seen = new Set<number>();
      for (const { id, sha256, folder, calls } of all()) {
        for (const call of calls) {
          if (seen.has(call.seq)) continue;
          seen.add(call.seq);
          yield { ...call, id, sha256, folder: call.folder ?? folder };
        }
      }
    },

    unbilled() {
      let count = 0;
      for (const { unbilled = 0 } of all()) count += unbilled;
      return count;
    },
  };
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
