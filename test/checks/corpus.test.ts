import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { type Check, checkExtraction } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import { startInspector } from "../../src/pdf/inspector.ts";
import { read, standard } from "./standard.ts";

/** Real documents of which index.jsonl says what stands in them. */
const corpus = new URL("../../../shared/corpus/", import.meta.url).pathname;
const withCorpus = existsSync(corpus) ? test : test.skip;

interface Truth {
  readonly number?: string;
  readonly date: string;
  readonly issuer: string;
  readonly recipient?: string;
  readonly total: string;
  readonly currency: string;
}

interface Paper {
  readonly file: string;
  readonly truth: Truth;
  readonly text: readonly string[];
}

async function readPapers(): Promise<readonly Paper[]> {
  await using inspector = startInspector();
  const lines = (await readFile(join(corpus, "index.jsonl"), "utf8")).trim().split("\n");
  const entries = lines
    .map((line) => JSON.parse(line) as Omit<Paper, "text">)
    .filter(({ truth }) => truth && "total" in truth);
  const found: Paper[] = [];
  for (const entry of entries) {
    found.push({ ...entry, text: await inspector.text(join(corpus, entry.file)) });
  }
  return found;
}

let papers: readonly Paper[] = [];
test.before(async () => {
  if (existsSync(corpus)) papers = await readPapers();
});

const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, " ");

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

function answerFor({ truth, text }: Paper): Extraction {
  const { number, date, issuer, recipient = null, total, currency } = truth;
  return {
    ...read,
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
  };
}

const hardChecks = (paper: Paper, change: Partial<Extraction> = {}): readonly Check[] => {
  const extraction = { ...answerFor(paper), ...change };
  const held = { ...standard, text: paper.text, today: "2026-12-31" };
  return checkExtraction(extraction, held).checks.filter(({ hard }) => hard);
};

/** What index.jsonl says and the document doesn't, by its file: there the checks are right. */
const untold: Readonly<Record<string, readonly string[]>> = {
  // Its XML says 2014, and its page 08.10.2015.
  "0c79f391-MustangGnuaccountingBeispielRE-20151008_504new.pdf": ["documentDate"],
};

withCorpus("of what is true a check speaks only against what the document doesn't say", (t) => {
  for (const paper of papers) {
    const fields = hardChecks(paper).map(({ field }) => field);
    t.deepEqual(fields, untold[paper.file] ?? [], paper.file);
  }
});

withCorpus("of what is true nothing is doubted softly either", (t) => {
  for (const paper of papers) {
    const held = { ...standard, text: paper.text, today: "2026-12-31" };
    const { checks } = checkExtraction(answerFor(paper), held);
    t.deepEqual(
      checks.filter(({ hard }) => !hard),
      [],
      paper.file,
    );
  }
});

/** The same date, so many years, months and days later. */
function moved(date: string, years: number, months: number, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year + years, month - 1 + months, day + days))
    .toISOString()
    .slice(0, 10);
}

const scaled = (amount: string, times: number, more: number): string =>
  (Number(amount) * times + more).toFixed(2);

const evidenceOf = (paper: Paper, field: keyof Extraction["evidence"], quote: string) => ({
  evidence: { ...answerFor(paper).evidence, [field]: { page: 1, quote } },
});

/** One lie each, as a model might tell it; `least` is the share of them that must be caught. */
const lies: readonly {
  readonly lie: string;
  readonly field: string;
  readonly least: number;
  readonly tell: (paper: Paper, others: readonly string[]) => readonly Partial<Extraction>[];
}[] = [
  {
    lie: "another issuer",
    field: "issuer",
    least: 0.94,
    tell: (_, others) => others.map((issuer) => ({ issuer })),
  },
  {
    lie: "another year",
    field: "documentDate",
    least: 1,
    tell: ({ truth: { date } }) =>
      [-10, -1, 1].map((years) => ({ documentDate: moved(date, years, 0, 0) })),
  },
  {
    lie: "another month",
    field: "documentDate",
    least: 1,
    tell: ({ truth: { date } }) =>
      [-1, 1, 2].map((months) => ({ documentDate: moved(date, 0, months, 0) })),
  },
  {
    lie: "another day",
    field: "documentDate",
    least: 1,
    tell: ({ truth: { date } }) =>
      [-1, 1, 2].map((days) => ({ documentDate: moved(date, 0, 0, days) })),
  },
  {
    lie: "another amount",
    field: "totalAmount",
    least: 1,
    tell: ({ truth: { total } }) => [
      { totalAmount: scaled(total, 10, 0) },
      { totalAmount: scaled(total, 0.1, 0) },
      { totalAmount: scaled(total, 1, 1) },
      { totalAmount: scaled(total, 1, 0.1) },
    ],
  },
  {
    lie: "another currency",
    field: "currency",
    least: 0.95,
    tell: ({ truth }) =>
      ["EUR", "USD", "CHF", "GBP", "JPY"]
        .filter((currency) => currency !== truth.currency)
        .map((currency) => ({ currency })),
  },
  {
    lie: "an invented quote for an invented value",
    field: "issuer",
    least: 1,
    tell: (paper) => [
      {
        issuer: "Zweckverband Quarzhausen",
        ...evidenceOf(paper, "issuer", "Zweckverband Quarzhausen"),
      },
    ],
  },
];

const withText = () => papers.filter(({ text }) => text.every((page) => page.length >= 16));

for (const { lie, field, least, tell } of lies) {
  withCorpus(`catches ${lie}`, (t) => {
    const documents = withText().filter(({ file }) => !untold[file]?.includes(field));
    const issuers = [...new Set(documents.map(({ truth }) => truth.issuer))];
    const missed: string[] = [];
    let told = 0;
    for (const paper of documents) {
      const others = issuers.filter((issuer) => issuer !== paper.truth.issuer);
      for (const change of tell(paper, others)) {
        told++;
        if (hardChecks(paper, change).some((check) => check.field === field)) continue;
        missed.push(`${paper.file}: ${JSON.stringify(change)}`);
      }
    }
    t.log(`${told - missed.length} of ${told} caught`);
    for (const one of missed) t.log(`missed ${one}`);
    t.true(told - missed.length >= least * told);
  });
}

withCorpus("says of a quote on another page where it stands, softly", (t) => {
  const documents = withText().filter(({ text }) => text.length > 1);
  for (const paper of documents) {
    const { evidence } = answerFor(paper);
    const quote = evidence.documentDate;
    if (quote === null) continue;
    const page = paper.text.length + 1;
    const misled = { evidence: { ...evidence, documentDate: { ...quote, page } } };
    const held = { ...standard, text: paper.text, today: "2026-12-31" };
    const { checks } = checkExtraction({ ...answerFor(paper), ...misled }, held);
    t.like(checks, [{ field: "documentDate", code: "QUOTE_NOT_FOUND", hard: false }] as never);
    t.regex(checks[0]?.message ?? "", /stands on page \d+, not on page \d+$/);
  }
  t.true(documents.length > 5);
});
