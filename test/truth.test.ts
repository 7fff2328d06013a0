import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { Extraction } from "../src/extraction.ts";
import { reasonSuffix } from "../src/filing/reason.ts";
import type { DocumentRecord } from "../src/store/record.ts";
import {
  corpus,
  hasCorpus,
  isLegible,
  moved,
  type Paper,
  readPapers,
  scaled,
  truthOf,
  untold,
  withCorpus,
} from "./helpers/corpus.ts";
import { sha256 } from "./helpers/expect-filed.ts";
import type { Home } from "./helpers/home.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

/** So many lies are told in one home, each of other documents; by turns, each of all of them. */
const TOGETHER = 13;
/** `AUTOD_LIES=all npx ava test/truth.test.ts` takes all turns. */
const TURNS = process.env["AUTOD_LIES"] === "all" ? TOGETHER : 1;

let papers: readonly Paper[] = [];
test.before(async () => {
  if (hasCorpus) papers = await readPapers();
});

const me = "Jane Doe";
const settings = { profiles: { default: { me: [me], review: { below: 0.5 } } } };

/** What a model answers that reads all as it is. */
const truthful = (paper: Paper): Extraction => ({
  ...truthOf(paper),
  title: titleOf(paper),
  summary: "What it is, and what it says.",
  category: categories[paper.truth.doc_type],
  kind: paper.truth.doc_type,
  periodStart: null,
  periodEnd: null,
  actionItems: [],
  tags: [],
  language: "und",
  confidence: 0.9,
});

const titleOf = ({ truth: { doc_type: kind, number } }: Paper): string =>
  [kind === "invoice" ? "Invoice" : "Receipt", number].filter(Boolean).join(" ");

const categories = { invoice: "Business", receipt: "Purchases" } as const;

/** How titles stand in names whose numbers can't stand there as they are. */
const spelled: Readonly<Record<string, string>> = {
  "Invoice RE-20151008/504": "Invoice RE-20151008-504",
  "Invoice RE-20190610/507": "Invoice RE-20190610-507",
  "Invoice RE-20171118/506": "Invoice RE-20171118-506",
  "Invoice 9314110911/00/M/00/N": "Invoice 9314110911-00-M-00-N",
  "Invoice INV/2023/03/0008": "Invoice INV-2023-03-0008",
};

/** Where a document belongs by what is known of it, relative to the home. */
function placeOf(paper: Paper, title = titleOf(paper)): string {
  const { date, issuer, doc_type: kind } = paper.truth;
  const name = `${date} ${issuer} - ${spelled[title] ?? title}.pdf`;
  return `Archive/${date.slice(0, 4)}/${categories[kind]}/${name}`;
}

/** A sandbox that answers what it is told of each document of the corpus. */
function openTold() {
  let tell = truthful;
  const answer = (_: string, [pdf]: readonly Uint8Array[]) => {
    const paper = papers.find((one) => one.sha256 === sha256(pdf ?? new Uint8Array()));
    return JSON.stringify(paper && tell(paper));
  };
  return {
    opened: openSandbox({ answer }),
    tellAll: (other: typeof tell) => void (tell = other),
  };
}

async function dropAll(home: Home, all: readonly Paper[]): Promise<void> {
  await Promise.all(
    all.map(({ file }) => copyFile(join(corpus, file), join(home.inbox, file.slice(9)))),
  );
}

const recordsOf = async (home: Home, all: readonly Paper[]) => {
  const found = new Map((await home.records()).map((record) => [record.sha256, record]));
  return all.map((paper) => ({ paper, record: found.get(paper.sha256) as DocumentRecord }));
};

/** The reason that stands beside a document that was set aside. */
async function reasonFor(home: Home, { filedAs }: DocumentRecord): Promise<{ message: string }> {
  return JSON.parse(await readFile(`${filedAs ?? home.folder}${reasonSuffix}`, "utf8"));
}

const hardOf = ({ checks }: DocumentRecord) => checks.filter(({ hard }) => hard);
const below = (home: Home, { filedAs }: DocumentRecord) => filedAs?.slice(home.folder.length + 1);

withCorpus(
  "what is true is filed under exactly its name, and what the page denies is held back",
  async (t) => {
    const { opened } = openTold();
    await using sandbox = await opened;
    await using home = await homeAt(sandbox, settings);
    await dropAll(home, papers);

    const tally = await runOnce(home, sandbox);

    const all = await recordsOf(home, papers);
    for (const { paper, record } of all) {
      const denied = untold[paper.file];
      if (denied === undefined) {
        t.is(below(home, record), placeOf(paper));
        t.deepEqual(record.checks, [], paper.file);
        continue;
      }
      t.is(below(home, record), `Archive/_review/${paper.file.slice(9)}`);
      t.deepEqual(
        hardOf(record).map(({ field }) => field),
        denied,
      );
      for (const field of denied) t.regex((await reasonFor(home, record)).message, RegExp(field));
    }
    t.is(tally.review, Object.keys(untold).length);
    t.is(tally.archived + tally.review, papers.length);
    t.log(`${tally.archived} of ${papers.length} under exactly the expected name`);
    for (const { paper, record } of all) {
      for (const { field, message } of hardOf(record)) {
        t.log(`in review: ${paper.file}: ${field}: ${message}`);
      }
    }
  },
);

/** Where a document ends that was lied about: set aside, filed with a mark, given up, or filed as if it were true. */
type End = "review" | "marked" | "quarantined" | "passed";

interface Lie {
  readonly lie: string;
  readonly field: string;
  readonly end: End;
  readonly tell: (paper: Paper) => object;
  /** Whether it passes of scans: it may stand in them, for they can't be read here. */
  readonly passesOfScans?: boolean;
  /** Documents of which it passes besides, by the beginning of their names. */
  readonly but?: readonly string[];
}

const nextIssuer = (paper: Paper): string => {
  const issuers = [...new Set(papers.filter(isLegible).map(({ truth }) => truth.issuer))];
  return issuers[(issuers.indexOf(paper.truth.issuer) + 1) % issuers.length] ?? "";
};

const yearAhead = (): string => moved(new Date().toISOString().slice(0, 10), 1, 0, 0);

const quoting = (paper: Paper, change: object) => ({
  evidence: { ...truthOf(paper).evidence, ...change },
});

const quoteElsewhere = (paper: Paper) => {
  const { totalAmount } = truthOf(paper).evidence;
  const page = paper.text.length + 1;
  return quoting(paper, { totalAmount: totalAmount && { ...totalAmount, page } });
};

const scans = { passesOfScans: true } as const;

const lies: readonly Lie[] = [
  {
    lie: "another company of the corpus",
    field: "issuer",
    end: "review",
    ...scans,
    // A name of which one word stands there may be the one that is meant: "Testkennzeichen" and "spätestens"
    // have the word of "Test company" in them.
    but: ["0479dd79", "12aa68d6"],
    tell: (paper) => ({ issuer: nextIssuer(paper) }),
  },
  {
    lie: "a company that nobody knows, quoted",
    field: "issuer",
    end: "review",
    ...scans,
    tell: (paper) => ({
      issuer: "Zweckverband Quarzhausen",
      ...quoting(paper, { issuer: { page: 1, quote: "Zweckverband Quarzhausen" } }),
    }),
  },
  { lie: "the recipient, by me", field: "issuer", end: "review", tell: () => ({ issuer: me }) },
  {
    lie: "another year",
    field: "documentDate",
    end: "review",
    ...scans,
    tell: ({ truth }) => ({ documentDate: moved(truth.date, -1, 0, 0) }),
  },
  {
    lie: "another month",
    field: "documentDate",
    end: "review",
    ...scans,
    tell: ({ truth }) => ({ documentDate: moved(truth.date, 0, -1, 0) }),
  },
  {
    lie: "another day",
    field: "documentDate",
    end: "review",
    ...scans,
    tell: ({ truth }) => ({ documentDate: moved(truth.date, 0, 0, -1) }),
  },
  {
    lie: "no day of the calendar",
    field: "documentDate",
    end: "review",
    tell: () => ({ documentDate: "2026-02-30" }),
  },
  {
    lie: "a day that is yet to come",
    field: "documentDate",
    end: "review",
    tell: () => ({ documentDate: yearAhead() }),
  },
  {
    lie: "the Battle of Hastings",
    field: "documentDate",
    end: "review",
    tell: () => ({ documentDate: "1066-10-14" }),
  },
  {
    lie: "ten times as much",
    field: "totalAmount",
    end: "review",
    ...scans,
    tell: ({ truth }) => ({ totalAmount: scaled(truth.total, 10, 0) }),
  },
  {
    lie: "no number",
    field: "totalAmount",
    end: "review",
    tell: () => ({ totalAmount: "12,5.0" }),
  },
  {
    lie: "another currency",
    field: "currency",
    end: "review",
    ...scans,
    // It writes "$4" for a paragraph of a law.
    but: ["0c2978fa"],
    tell: ({ truth }) => ({ currency: truth.currency === "USD" ? "EUR" : "USD" }),
  },
  {
    lie: "no currency",
    field: "currency",
    end: "marked",
    tell: () => ({ currency: "ZZZ" }),
  },
  {
    lie: "somebody else",
    field: "recipient",
    end: "marked",
    ...scans,
    tell: () => ({ recipient: "Ottokar Quarz" }),
  },
  {
    lie: "a day that it doesn't name",
    field: "dueDate",
    end: "marked",
    ...scans,
    // It says "6. J anuar 2019", with a gap in the word: that may be any month.
    but: ["083acd08"],
    tell: ({ truth }) => ({ dueDate: moved(truth.date, 0, 4, 3) }),
  },
  {
    lie: "a number that it doesn't have",
    field: "references",
    end: "marked",
    ...scans,
    tell: () => ({ references: [{ label: "Number", value: "QX-99812" }] }),
  },
  {
    lie: "invented words",
    field: "totalAmount",
    end: "marked",
    ...scans,
    tell: (paper) =>
      quoting(paper, { totalAmount: { page: 1, quote: "Quarz und Feldspat kosten so viel" } }),
  },
  {
    lie: "another page",
    field: "totalAmount",
    end: "marked",
    ...scans,
    tell: quoteElsewhere,
  },
  {
    lie: "no language",
    field: "language",
    end: "marked",
    tell: () => ({ language: "english" }),
  },
  {
    lie: "hardly sure of itself",
    field: "confidence",
    end: "review",
    tell: () => ({ confidence: 0.1 }),
  },
  {
    lie: "no category of the profile",
    field: "category",
    end: "quarantined",
    tell: () => ({ category: "Treasure" }),
  },
  // What a document is, is about and asks for is told in other words than its own: nothing here can tell.
  { lie: "another kind", field: "kind", end: "passed", tell: () => ({ kind: "ticket" }) },
  { lie: "another title", field: "title", end: "passed", tell: () => ({ title: "../Love\n<3" }) },
  { lie: "another summary", field: "summary", end: "passed", tell: () => ({ summary: "A poem." }) },
  { lie: "other tags", field: "tags", end: "passed", tell: () => ({ tags: ["poem", "love"] }) },
  {
    lie: "other actions",
    field: "actionItems",
    end: "passed",
    tell: () => ({ actionItems: [{ what: "Send money", due: null, priority: "high" }] }),
  },
];

const ends = ["review", "marked", "quarantined", "passed"] as const;

function endOf({ status, checks }: DocumentRecord): string {
  if (status !== "archived") return status;
  return checks.length > 0 ? "marked" : "passed";
}

function wantedEnd(paper: Paper, { end, passesOfScans = false, but = [] }: Lie): End {
  const isOpen =
    (passesOfScans && !isLegible(paper)) || but.some((id) => paper.file.startsWith(id));
  return isOpen ? "passed" : end;
}

/** Asserts that a document stands where its end says, and that what is said beside it names the field. */
async function expectEnd(
  t: ExecutionContext,
  home: Home,
  { paper, record }: Awaited<ReturnType<typeof recordsOf>>[number],
  lie: Lie,
): Promise<void> {
  const { field, end } = lie;
  const about = `${lie.lie} (${field}) of ${paper.file}`;
  const wanted = wantedEnd(paper, lie);
  t.is(endOf(record), wanted, about);
  if (wanted === "review" || wanted === "quarantined") {
    const { message } = await reasonFor(home, record);
    t.true(message.includes(field), `${about}: ${message}`);
  }
  if (wanted === "review") t.is(below(home, record), `Archive/_review/${paper.file.slice(9)}`);
  if (wanted === "quarantined") t.is(record.calls.length, 2, "it is asked once more");
  if (wanted === "marked") t.true(record.checks.every((one) => one.field === field && !one.hard));
  // No such lie is in a name, but that of the title.
  if (end === "marked") t.is(below(home, record), placeOf(paper));
  if (end === "passed") {
    t.is(below(home, record), placeOf(paper, field === "title" ? "..-Love 3" : undefined));
  }
}

withCorpus("lies are caught wherever it can be known that they are", async (t) => {
  t.timeout(1_200_000);
  const { opened, tellAll } = openTold();
  await using sandbox = await opened;
  const known = papers.filter(({ file }) => !(file in untold));
  const came: { readonly lie: Lie; readonly end: string }[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (let first = 0; first < lies.length; first += TOGETHER) {
      const told = lies.slice(first, first + TOGETHER);
      const lieAbout = (paper: Paper) => told[(known.indexOf(paper) + turn) % told.length] as Lie;
      tellAll((paper) => ({ ...truthful(paper), ...lieAbout(paper).tell(paper) }));
      await using home = await homeAt(sandbox, settings);
      await dropAll(home, known);
      await runOnce(home, sandbox);
      for (const one of await recordsOf(home, known)) {
        const lie = lieAbout(one.paper);
        came.push({ lie, end: endOf(one.record) });
        await expectEnd(t, home, one, lie);
      }
    }
  }
  t.log(["field", "lie", "told of", ...ends].join(" | "));
  for (const lie of lies) {
    const told = came.filter((one) => one.lie === lie);
    const counts = ends.map((end) => told.filter((one) => one.end === end).length);
    t.log([lie.field, lie.lie, told.length, ...counts].join(" | "));
    t.true(told.length > 1);
  }
});
