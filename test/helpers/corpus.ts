import { existsSync } from "node:fs";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { Extraction } from "../../src/extraction.ts";
import { startInspector } from "../../src/pdf/inspector.ts";
import type { Home } from "./home.ts";

/** Real PDFs of all kinds; too many to lie here, so that tests do without where they aren't at hand. */
export const corpus = new URL("../../../shared/corpus/", import.meta.url).pathname;
export const hasCorpus = existsSync(corpus);
export const withCorpus = hasCorpus ? test : test.skip;

/** Saves all of them in an inbox; gives their names. */
export async function dropCorpus({ inbox }: Pick<Home, "inbox">): Promise<readonly string[]> {
  const names = (await readdir(corpus)).filter((name) => name.endsWith(".pdf"));
  await Promise.all(names.map((name) => copyFile(join(corpus, name), join(inbox, name))));
  return names;
}

/** What index.jsonl says of a document of the corpus. */
export interface Entry {
  readonly file: string;
  readonly sha256: string;
  readonly category: string;
}

/** What stands in a document. */
export interface Truth {
  readonly doc_type: "invoice" | "receipt";
  readonly number?: string;
  readonly date: string;
  readonly issuer: string;
  readonly recipient?: string;
  readonly total: string;
  readonly currency: string;
}

/** A document of which it is known what stands in it. */
export interface Paper extends Entry {
  readonly truth: Truth;
  /** The text of each page. */
  readonly text: readonly string[];
}

export async function readEntries(): Promise<readonly Entry[]> {
  const lines = (await readFile(join(corpus, "index.jsonl"), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Entry);
}

/** Those of which more is known than what they are. */
export async function readPapers(): Promise<readonly Paper[]> {
  await using inspector = startInspector();
  const entries = (await readEntries()) as readonly Paper[];
  const found: Paper[] = [];
  for (const entry of entries.filter(({ truth }) => truth && "total" in truth)) {
    found.push({ ...entry, text: await inspector.text(join(corpus, entry.file)) });
  }
  return found;
}

/** Whether it says in letters what stands in it: the others are scans. */
export const isLegible = ({ text }: Paper): boolean => text.every((page) => page.length >= 16);

/** What is known to stand in a document, as a model should answer it, quotes included. */
export function truthOf({ truth, text }: Paper) {
  const { number, date, issuer, recipient = null, total, currency } = truth;
  return {
    issuer,
    recipient,
    documentDate: date,
    dueDate: null,
    amountDue: null,
    totalAmount: total,
    currency,
    references: number === undefined ? [] : [{ label: "Number", value: number }],
    evidence: {
      issuer: lineWith(text, [issuer]),
      documentDate: lineWith(text, spellingsOf(date)),
      totalAmount: lineWith(text, amountsOf(total)),
    },
  } satisfies Partial<Extraction>;
}

/** The first line that has any of these words, as a model quotes it. */
function lineWith(text: readonly string[], words: readonly string[]) {
  for (const [at, page] of text.entries()) {
    const lines = page.split(/\r?\n/);
    const has = (line: string) => words.some((word) => plain(line).includes(plain(word)));
    const quote = lines.find(has);
    if (quote !== undefined) return { page: at + 1, quote };
  }
  return null;
}

const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, " ");

function spellingsOf(date: string): string[] {
  const [year = "", month = "", day = ""] = date.split("-");
  const at = new Date(`${date}T00:00:00Z`);
  const named = ["en-US", "de", "fr", "nl"].map((language) =>
    at.toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" }),
  );
  const short = `${Number(day)}-${Number(month)}-${year}`;
  return [
    `${day}.${month}.${year}`,
    `${month}/${day}/${year}`,
    `${day}/${month}/${year}`,
    date,
    short,
    ...named,
  ];
}

const amountsOf = (amount: string): string[] => {
  const [whole = "", cents = ""] = amount.replace("-", "").split(".");
  const grouped = (mark: string) => whole.replace(/\B(?=(\d{3})+$)/g, mark);
  return [
    `${grouped(".")},${cents}`,
    `${grouped(",")}.${cents}`,
    `${whole},${cents}`,
    `${whole}.${cents}`,
  ];
};

/** What index.jsonl says and the document doesn't, by its file: there the checks are right. */
export const untold: Readonly<Record<string, readonly string[]>> = {
  // Its XML says 2014, and its page 08.10.2015.
  "0c79f391-MustangGnuaccountingBeispielRE-20151008_504new.pdf": ["documentDate"],
};

/** The same date, so many years, months and days later. */
export function moved(date: string, years: number, months: number, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year + years, month - 1 + months, day + days))
    .toISOString()
    .slice(0, 10);
}

/** An amount so many times as large, and so much more. */
export const scaled = (amount: string, times: number, more: number): string =>
  (Number(amount) * times + more).toFixed(2);
