import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Extraction } from "../extraction.ts";
import { nearest } from "../nearest.ts";
import { matchOf, type Query, spaced, unspaced } from "./query.ts";
import type { DocumentRecord } from "./record.ts";

/** A document that was found. */
export interface Hit {
  readonly record: DocumentRecord;
  /** The words that were looked for, as they stand in it. */
  readonly words: readonly string[];
  /** The piece of what was read that has most of them; null if only title and issuer have any. */
  readonly excerpt: string | null;
}

/** Everything that was read, so that it can be searched. */
export interface Index extends Disposable {
  /** The best `most` hits, best first, with excerpts of about so many `columns`. */
  readonly find: (query: Query, most: number, columns: number) => Hit[];
  readonly count: (query: Query) => number;
  /** The nearest word that a document has; of several the most common. */
  readonly nearest: (word: string) => string | undefined;
}

/** Indexes records in memory, by SQLite's FTS5. Of those that fit equally well, the earlier are found first. */
export function indexRecords(records: readonly DocumentRecord[]): Index {
  using opening = new DisposableStack();
  const database = opening.adopt(new DatabaseSync(":memory:"), (opened) => opened.close());
  fill(database, records);
  const opened = opening.move();
  return {
    find: (query, most, columns) =>
      database
        .prepare(found(columns))
        .all(matchOf(query), Number.isFinite(most) ? most : -1)
        .flatMap((row) => hitOf(row, records)),

    count(query) {
      const row = database.prepare("SELECT count(*) AS n FROM papers WHERE papers MATCH ?");
      return Number(row.get(matchOf(query))?.["n"]);
    },

    nearest(word) {
      // The index has its words without accents.
      const typed = word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
      const far = Math.min(2, Math.floor(typed.length / 3));
      database.exec("CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5vocab(papers, row)");
      const near = database
        .prepare("SELECT term FROM words WHERE abs(length(term) - ?) <= ? ORDER BY doc DESC")
        .all(typed.length, far)
        .map(({ term }) => String(term));
      return nearest(typed, near, far);
    },

    [Symbol.dispose]: () => opened.dispose(),
  };
}

/** The columns of the index, each with what a word in it counts. */
const weights = { title: 10, issuer: 10, summary: 4, names: 2, details: 1 } as const;

function fill(database: DatabaseSync, records: readonly DocumentRecord[]): void {
  const rank = `bm25(${Object.values(weights).join(", ")})`;
  // What is asked once isn't worth being merged.
  database.exec(`
    PRAGMA journal_mode = OFF;
    CREATE VIRTUAL TABLE papers USING fts5(
      ${Object.keys(weights).join(", ")}, tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO papers(papers, rank) VALUES ('rank', '${rank}'), ('automerge', 0), ('pgsz', 16000);
    BEGIN`);
  const insert = database.prepare("INSERT INTO papers VALUES (?, ?, ?, ?, ?)");
  for (const record of records) {
    const { title, issuer, summary, names, details } = textsOf(record);
    insert.run(title, issuer, summary, names, details);
  }
  database.exec("COMMIT");
}

function textsOf(record: DocumentRecord): Record<keyof typeof weights, string> {
  const { extraction: read } = record;
  return {
    title: searchable(read?.title ?? ""),
    issuer: searchable(read?.issuer ?? ""),
    summary: searchable(read?.summary ?? ""),
    names: searchable(namesOf(record)),
    details: searchable(read ? detailsOf(read) : ""),
  };
}

/** In it, marks can only be ours, and signs are words. Most texts are so already. */
const searchable = (text: string): string =>
  /^[ -~\u{a0}-\u{17f}]*$/u.test(text) ? text : spaced(text.replace(/[\p{Cc}\u{200b}]+/gu, " "));

const namesOf = ({ source, filedAs, duplicates }: DocumentRecord): string =>
  joined([
    source.name,
    filedAs && basename(filedAs),
    ...duplicates.map(({ path }) => basename(path)),
  ]);

const joined = (texts: readonly (string | null)[]): string => texts.filter(Boolean).join(" · ");

function detailsOf(read: Extraction): string {
  const { currency, evidence } = read;
  const money = (amount: string | null) => amount && `${amount} ${currency ?? ""}`.trim();
  return joined([
    read.recipient,
    read.category,
    read.kind,
    ...read.references.map(({ label, value }) => `${label} ${value}`),
    ...read.actionItems.map(({ what, due }) => (due ? `${what} (${due})` : what)),
    ...read.tags,
    read.documentDate,
    read.dueDate,
    read.periodStart,
    read.periodEnd,
    money(read.totalAmount),
    read.amountDue === read.totalAmount ? null : money(read.amountDue),
    ...Object.entries(read.fields ?? {}).map(([name, value]) => `${name} ${wordsIn(value)}`),
    evidence.issuer && evidence.issuer.quote,
    evidence.documentDate && evidence.documentDate.quote,
    evidence.totalAmount && evidence.totalAmount.quote,
  ]);
}

/** A list too: what stands between words is nothing to the index. */
const wordsIn = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? "");

/** The text of title and issuer with their marks, and a marked piece of each column that is worth showing. */
function found(columns: number): string {
  // A word and what follows it take about seven columns; FTS5 takes 64 words at most.
  const length = Math.max(4, Math.min(40, Math.floor(columns / 7)));
  const marks = `'${OPEN}', '${CLOSE}'`;
  const pieces = shown.map(
    (name) => `snippet(papers, ${numberOf(name)}, ${marks}, '…', ${length}) AS ${name}`,
  );
  return `
    SELECT rowid, highlight(papers, ${numberOf("title")}, ${marks}) AS title,
      highlight(papers, ${numberOf("issuer")}, ${marks}) AS issuer, ${pieces.join(", ")}
    FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ?`;
}

const OPEN = "\u{1}";
const CLOSE = "\u{2}";
/** What an excerpt is taken from. */
const shown = ["summary", "details", "names"] as const;
const numberOf = (name: keyof typeof weights): number => Object.keys(weights).indexOf(name);

function hitOf(row: Readonly<Record<string, unknown>>, records: readonly DocumentRecord[]): Hit[] {
  const record = records[Number(row["rowid"]) - 1];
  if (!record) return [];
  const textOf = (name: string) => unspaced(String(row[name]));
  const best = shown.map(textOf).reduce((one, other) => {
    return markedIn(other).size > markedIn(one).size ? other : one;
  });
  const words = ["title", "issuer"]
    .map(textOf)
    .concat(best)
    .flatMap((text) => [...markedIn(text)]);
  const excerpt = markedIn(best).size === 0 ? null : best.replaceAll(EITHER_MARK, "");
  return [{ record, words: [...new Set(words)], excerpt }];
}

const EITHER_MARK = new RegExp(`[${OPEN}${CLOSE}]`, "g");
const MARKED = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`, "g");

const markedIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(MARKED)].map(([, word = ""]) => word));
