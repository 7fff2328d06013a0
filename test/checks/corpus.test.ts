import test from "ava";
import { type Check, checkExtraction } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import {
  hasCorpus,
  isLegible,
  moved,
  type Paper,
  readPapers,
  scaled,
  truthOf,
  untold,
  withCorpus,
} from "../helpers/corpus.ts";
import { read, standard } from "./standard.ts";

let papers: readonly Paper[] = [];
test.before(async () => {
  if (hasCorpus) papers = await readPapers();
});

const answerFor = (paper: Paper): Extraction => ({ ...read, ...truthOf(paper) });

const hardChecks = (paper: Paper, change: Partial<Extraction> = {}): readonly Check[] => {
  const extraction = { ...answerFor(paper), ...change };
  const held = { ...standard, text: paper.text, today: "2026-12-31" };
  return checkExtraction(extraction, held).checks.filter(({ hard }) => hard);
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

const withText = () => papers.filter(isLegible);

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
