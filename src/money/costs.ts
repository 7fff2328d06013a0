import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isErrno } from "../errors.ts";
import { type Amount, formatAmount, parseAmount } from "./amount.ts";
import { noTokens } from "./cost.ts";
import { dayOf, monthOf } from "./window.ts";

const usd = z.string().regex(/^\d+(\.\d{1,12})?$/);
const tokens = {
  inputTokens: z.int(),
  cachedInputTokens: z.int(),
  cacheWriteTokens: z.int(),
  outputTokens: z.int(),
  reasoningTokens: z.int(),
};

/** One billed, or possibly billed, call as the log has it; lines of other events don't fit. */
const billedLine = z.object({
  event: z.enum(["call.billed", "call.unknown"]),
  time: z.iso.datetime(),
  seq: z.int(),
  folder: z.string().default(""),
  model: z.string(),
  id: z.string(),
  costUsd: usd.default("0"),
  possibleUsd: usd.default("0"),
  usage: z.object(tokens).optional(),
});

export type BilledLine = z.infer<typeof billedLine>;

const totals = z.object({
  costUsd: z.string(),
  /** What may have been billed without anybody being able to know. */
  possibleUsd: z.string(),
  calls: z.int(),
  documents: z.int(),
  ...tokens,
});

/** What `autod costs --json` prints. */
export const costReport = z.object({
  total: totals,
  groups: z.array(totals.extend({ key: z.string() })),
});

export type CostReport = z.infer<typeof costReport>;
export type Grouping = "day" | "month" | "model" | "folder" | "document";

/**
 * The billed calls in the rolling log files of `folder`, each running number once, oldest file first.
 *
 * Lines that are torn, and files that aren't ours, are passed over; no folder is no calls.
 */
export async function* billedLines(folder: string, name: string): AsyncGenerator<BilledLine> {
  const seen = new Set<number>();
  for (const file of await logFiles(folder, name)) {
    for await (const billed of callsIn(join(folder, file))) {
      if (seen.has(billed.seq)) continue;
      seen.add(billed.seq);
      yield billed;
    }
  }
}

async function* callsIn(path: string): AsyncGenerator<BilledLine> {
  for await (const line of linesOf(path)) {
    // Most lines are about other things; parsing them would take most of the time.
    if (!line.includes('"call.')) continue;
    const billed = billedLine.safeParse(parse(line)).data;
    if (billed) yield billed;
  }
}

/** Where the log of bills ends: the running numbers of its last calls, and from which one on they are all of them. */
export interface LogEnd {
  readonly since: number;
  readonly seqs: ReadonlySet<number>;
}

/** Reads the newest of the log files, as far back as there are calls in two of them; all of it where there aren't. */
export async function endOfLog(folder: string, name: string): Promise<LogEnd> {
  const seqs = new Set<number>();
  let found = 0;
  for (const file of (await logFiles(folder, name)).toReversed()) {
    const before = seqs.size;
    for await (const { seq } of callsIn(join(folder, file))) seqs.add(seq);
    if (seqs.size > before) found += 1;
    if (found === 2) return { since: smallest(seqs), seqs };
  }
  return { since: 0, seqs };
}

/** There may be more than fit into the arguments of one call. */
function smallest(numbers: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const number of numbers) least = Math.min(least, number);
  return least;
}

/** Adds up calls, in all and by what `by` names; days and months are local time. */
export async function addUp(
  lines: AsyncIterable<BilledLine>,
  by: Grouping | undefined,
): Promise<CostReport> {
  const total = newSum();
  const groups = new Map<string, Sum>();
  for await (const line of lines) {
    add(total, line);
    if (!by) continue;
    const key = keyOf(line, by);
    const group = groups.get(key) ?? newSum();
    groups.set(key, group);
    add(group, line);
  }
  const sorted = [...groups].toSorted(([a], [b]) => a.localeCompare(b));
  return {
    total: shown(total),
    groups: sorted.map(([key, sum]) => ({ key, ...shown(sum) })),
  };
}

/** "autod.2026-11-22.3.log": by date, then by number. */
async function logFiles(folder: string, name: string): Promise<string[]> {
  const pattern = new RegExp(`^${name}\\.(\\d{4}-\\d{2}-\\d{2}(?:-\\d{2})?)\\.(\\d+)\\.log$`);
  const found = (await readdirIfAny(folder)).flatMap((file) => {
    const [, date = "", number = ""] = pattern.exec(file) ?? [];
    return date ? [{ file, date, number: Number(number) }] : [];
  });
  return found
    .toSorted((a, b) => a.date.localeCompare(b.date) || a.number - b.number)
    .map(({ file }) => file);
}

async function readdirIfAny(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

/**
 * Lines end at a line feed alone: the names in them may hold other characters that would end one elsewhere.
 * What has been removed meanwhile, or is no file, has none.
 */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, "utf8")) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    if (!isErrno(error, "ENOENT", "EISDIR")) throw error;
  }
  yield rest;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function keyOf({ time, model, folder, id }: BilledLine, by: Grouping): string {
  if (by === "model") return model;
  if (by === "folder") return folder;
  if (by === "document") return id;
  const at = new Date(time);
  return by === "month" ? monthOf(at) : dayOf(at);
}

interface Sum {
  cost: Amount;
  possible: Amount;
  calls: number;
  readonly documents: Set<string>;
  readonly tokens: Record<keyof typeof tokens, number>;
}

const newSum = (): Sum => ({
  cost: 0n,
  possible: 0n,
  calls: 0,
  documents: new Set(),
  tokens: { ...noTokens },
});

function add(sum: Sum, { costUsd, possibleUsd, id, usage }: BilledLine): void {
  sum.cost += parseAmount(costUsd);
  sum.possible += parseAmount(possibleUsd);
  sum.calls += 1;
  sum.documents.add(id);
  for (const key of Object.keys(sum.tokens) as (keyof Sum["tokens"])[]) {
    sum.tokens[key] += usage?.[key] ?? 0;
  }
}

const shown = (sum: Sum) => ({
  costUsd: formatAmount(sum.cost),
  possibleUsd: formatAmount(sum.possible),
  calls: sum.calls,
  documents: sum.documents.size,
  ...sum.tokens,
});
