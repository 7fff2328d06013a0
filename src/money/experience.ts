import type { Call, DocumentRecord } from "../store/record.ts";
import { type Experience, inexperienced } from "./estimate.ts";
import { familyOf } from "./prices.ts";

/** What calls were billed, by model and detail: what comes is estimated by it. */
export interface Experiences {
  readonly of: (model: string, detail: string) => Experience;
  readonly learn: (record: Pick<DocumentRecord, "estimate">, call: Call) => void;
}

/** So many of the last calls count: what a server does with a page may change. */
const MEMORY = 100;
/** What is further off than this speaks of another request than the one that was counted. */
const FURTHEST = 8;

interface Lesson {
  readonly counted: number;
  readonly billed: number;
  readonly output: number;
}

/** Begins with what the records say. */
export function openExperiences(records: Iterable<DocumentRecord>): Experiences {
  const lessons = new Map<string, Lesson[]>();

  const learn: Experiences["learn"] = ({ estimate }, { model, detail, outcome, usage }) => {
    const counted = estimate?.countedTokens ?? 0;
    const { inputTokens: billed, outputTokens: output } = usage;
    if (outcome === "unknown" || counted === 0) return;
    if (billed > counted * FURTHEST || counted > billed * FURTHEST) return;
    const key = keyOf(model, detail);
    const known = lessons.get(key) ?? [];
    lessons.set(key, [...known, { counted, billed, output }].slice(-MEMORY));
  };

  const last = [...records].flatMap((record) => {
    const call = record.calls.at(-1);
    return call ? [{ record, call }] : [];
  });
  for (const { record, call } of last.toSorted((a, b) => a.call.seq - b.call.seq)) {
    learn(record, call);
  }

  return {
    of(model, detail) {
      const known = lessons.get(keyOf(model, detail));
      if (!known) return inexperienced;
      const sum = (of: (lesson: Lesson) => number) => known.reduce((all, one) => all + of(one), 0);
      return {
        factor: sum(({ billed }) => billed) / sum(({ counted }) => counted),
        outputTokens: Math.round(sum(({ output }) => output) / known.length),
      };
    },
    learn,
  };
}

const keyOf = (model: string, detail: string): string => `${familyOf(model)} ${detail}`;
