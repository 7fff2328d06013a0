import { setTimeout } from "node:timers/promises";
import { isHeld } from "../store/lock.ts";
import { stateOf } from "../store/look.ts";
import type { DocumentRecord } from "../store/record.ts";
import { readRecords } from "../store/store.ts";
import type { Addition } from "./addition.ts";
import { explain } from "./explain.ts";
import type { Situation } from "./obstacles.ts";

/** Where a running autod is looked at from outside. */
export interface Outlook extends Omit<Situation, "records" | "running"> {
  /** The records before anything was copied, by their SHA-256. */
  readonly earlier: ReadonlyMap<string, DocumentRecord>;
}

/**
 * Tells of each copy what became of it, as it happens; resolves when all have an outcome or wait.
 *
 * Also when autod is no longer running, or when aborted; of the rest nothing is told then. The records are
 * read when they changed, and for a tenth of the time at most.
 */
export async function follow(
  copies: readonly Addition[],
  outlook: Outlook,
  tell: (outcome: Addition) => void,
  signal: AbortSignal,
): Promise<void> {
  const { dataDir } = outlook;
  const left = new Map(copies.map((copy) => [copy.sha256, copy]));
  const settle = (copy: Addition, known: Partial<Addition>) => {
    left.delete(copy.sha256);
    tell({ ...copy, ...known });
  };
  let records: readonly DocumentRecord[] = [];
  let seen = "";
  let missing = 0;
  while (left.size > 0 && !signal.aborted) {
    const began = performance.now();
    const now = await stateOf(dataDir);
    if (now !== seen) {
      seen = now;
      missing = 0;
      records = await readRecords(dataDir);
      for (const record of records) {
        const copy = left.get(record.sha256);
        const outcome = copy && outcomeOf(record, outlook);
        if (outcome) settle(copy, outcome);
      }
    } else if (!isHeld(dataDir)) {
      return;
    } else {
      const untaken = untakenOf(left.values(), records, outlook);
      const [first] = untaken;
      const trouble = first && (await troubleOf(first, { ...outlook, records, running: true }));
      missing = trouble === "missing" ? missing + 1 : 0;
      // What was only taken a moment ago is gone from the inbox too, before its record says so.
      if (first && missing > LOOKS) settle(first, gone);
      if (typeof trouble === "object") {
        for (const copy of trouble.verdict === "waiting" ? untaken : [first]) {
          if (copy) settle(copy, trouble);
        }
      }
    }
    await pause(Math.max(PAUSE, (performance.now() - began) * 9), signal);
  }
}

/** Milliseconds between two looks, at least. */
const PAUSE = 200;
/** How often a copy has to be missing while nothing else happens. */
const LOOKS = 10;

const gone = {
  verdict: "refused",
  code: "FILE_MISSING",
  message: "its copy was taken out of the inbox",
} as const;

/** What a record says of a copy; undefined while it says nothing new. */
function outcomeOf(record: DocumentRecord, { earlier }: Outlook): Partial<Addition> | undefined {
  if (earlier.get(record.sha256)?.updatedAt === record.updatedAt) return undefined;
  const { code = null, message = null } = record.error ?? {};
  switch (record.status) {
    case "processing":
      return undefined;
    case "quarantined":
    case "waiting":
      return { verdict: record.status, code, message, record };
    default:
      return { verdict: "filed", record };
  }
}

/** Those that no record tells of yet. */
function untakenOf(
  copies: Iterable<Addition>,
  records: readonly DocumentRecord[],
  { earlier }: Outlook,
): Addition[] {
  const taken = new Set(
    records
      .filter(({ sha256, updatedAt }) => earlier.get(sha256)?.updatedAt !== updatedAt)
      .map(({ sha256 }) => sha256),
  );
  return [...copies].filter(({ sha256 }) => !taken.has(sha256 ?? ""));
}

/** What keeps a copy from being taken, if that doesn't pass by itself in a moment. */
async function troubleOf({ copiedTo }: Addition, situation: Situation) {
  const found = await explain(copiedTo ?? "", situation);
  switch (found.verdict) {
    case "missing":
      return "missing";
    case "ignored":
      return { verdict: "refused", code: found.code, message: found.message } as const;
    case "offline":
      return waiting("FOLDER_MISSING", `folder ${found.folder} is offline: ${found.message}`);
    case "not-yet": {
      const [first] = found.obstacles.filter(({ code }) => !passing.has(code));
      return first && waiting(first.code, first.message);
    }
    default:
      return undefined;
  }
}

const passing: ReadonlySet<string> = new Set(["NOT_RUNNING", "NOT_AT_REST", "LOOKS_INCOMPLETE"]);

const waiting = (code: string, message: string) => ({ verdict: "waiting", code, message }) as const;

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
