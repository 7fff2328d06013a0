import test from "ava";
import { describeRecord, show } from "../../src/cli/show.ts";
import type { Extraction } from "../../src/extraction.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { seededRecord, seededWork } from "../helpers/seeded-store.ts";
import { failed, waitingRecord } from "../intake/waiting.ts";
import { answer, seen } from "./answer.ts";

const at = new Date(2020, 1, 3, 4, 5).toISOString();

const told = (record: DocumentRecord, width = 80) =>
  describeRecord(
    record,
    seen(width, () => undefined),
  );

function reading(change: Partial<Extraction>, more: Partial<DocumentRecord> = {}): DocumentRecord {
  const record = seededRecord(1, { source: { ...seededRecord(1).source, arrivedAt: at }, ...more });
  const calls = record.calls.map((call) => ({ ...call, at }));
  const extraction = record.extraction && { ...record.extraction, ...change };
  return { ...record, calls, extraction };
}

test("what is known of a document is told in paragraphs, aligned", (t) => {
  t.deepEqual(told(reading({})), [
    "id          a25ca73c7189",
    "status      archived",
    "",
    "title       Electricity bill 1",
    "issuer      Stadtwerke",
    "recipient   Jane Doe",
    "date        2026-01-15",
    "category    Utilities, invoice",
    "summary     What was used in January, and what is to be paid.",
    "reference   Invoice number R-1",
    "tags        electricity",
    "language    en",
    "confidence  0.9",
    "",
    "total       95.20 EUR",
    "due         2026-01-31",
    "",
    "stands at   /home/jane/Archive/2026/Utilities/2026-01-15 Stadtwerke - Electricity bill 1.pdf",
    "came from   /home/jane/Scans/scan00001.pdf",
    "arrived     2020-02-03 04:05, in folder scans, profile default",
    "file        48.2 kB, 2 pages",
    "sha256      a25ca73c7189e2a2ca5acf2088b57e283d4cd45aef7549185c2c3b28a4bef1de",
    "",
    "cost        $0.00076",
    "            2020-02-03 04:05 gpt-5.6-luna: ok, 1,834 tokens in, 402 out",
  ]);
});

test("lines fit into the terminal, but for what is there to be copied", (t) => {
  const record = reading({ summary: "word ".repeat(60).trim(), issuer: "東京電力".repeat(3) });
  for (const line of told(record, 40)) {
    t.true(line.length <= 40 || /^(stands at|came from|sha256)/.test(line), line);
  }
});

test("what else was read is told too: evidence, own fields, what is to be done and paid", (t) => {
  const lines = told(
    reading({
      periodStart: "2026-01-01",
      periodEnd: "2026-01-31",
      amountDue: "90.20",
      actionItems: [
        { what: "Pay it", due: "2026-01-31", priority: "high" },
        { what: "File it", due: null, priority: "normal" },
      ],
      evidence: {
        issuer: { page: 1, quote: "Stadtwerke GmbH" },
        documentDate: null,
        totalAmount: { page: 2, quote: "EUR 95,20" },
      },
      fields: {
        paid: true,
        contract: "C-9",
        rooms: 3,
        meters: ["a", "b"],
        none: null,
        "the number of the meter": "12",
      },
    }),
  );
  const text = lines.join("\n");
  for (const said of [
    "period      2026-01-01 to 2026-01-31",
    "issuer      Stadtwerke\n            page 1: “Stadtwerke GmbH”",
    "total       95.20 EUR\n            page 2: “EUR 95,20”\nto pay      90.20 EUR\ndue         2026-01-31",
    "to do       Pay it (by 2026-01-31, high priority)\nto do       File it\n",
    "paid        yes\ncontract    C-9\nrooms       3\nmeters      a, b\nthe number of the meter\n            12\n",
  ]) {
    t.true(text.includes(said), `${said}\n\nis not in\n\n${text}`);
  }
});

test("where it was, what has its bytes, what it looks like and what is doubtful is told", (t) => {
  const record = reading(
    {},
    {
      checks: [
        { field: "currency", code: "X", hard: false, message: "is no code" },
        { field: "documentDate", code: "X", hard: true, message: "is no date" },
      ],
      duplicates: [
        { path: "/in/a.pdf", seenAt: at, movedTo: "/dup/a.pdf" },
        { path: "/in/b.pdf", seenAt: at, movedTo: null },
      ],
      possibleDuplicateOf: seededRecord(2).id,
      filedAs: "/new.pdf",
      history: [
        { at, by: "file", before: null, from: "/home/jane/Scans/scan00001.pdf", to: "/old.pdf" },
        { at, by: "edit", before: null, from: "/old.pdf", to: "/new.pdf" },
      ],
      attempts: 2,
    },
  );
  const text = told(record).join("\n");
  for (const said of [
    "doubtful    currency: is no code\nto review   documentDate: is no date\n",
    "duplicate   /in/a.pdf\n            2020-02-03 04:05 → /dup/a.pdf\n",
    "duplicate   /in/b.pdf\n            2020-02-03 04:05 deleted\n",
    `looks like  document ${seededRecord(2).id}: same issuer, date, amount and number\n`,
    "history     2020-02-03 04:05 filed\n            → /old.pdf\nhistory     2020-02-03 04:05 edited\nsha256",
    "taken up    2 times",
  ]) {
    t.true(text.includes(said), `${said}\n\nis not in\n\n${text}`);
  }
});

test("several calls are added up, and one that nobody can know of is told apart", (t) => {
  const [call] = seededRecord(1).calls;
  if (!call) return t.fail();
  const calls = [
    { ...call, at, outcome: "invalid" as const },
    { ...call, at, outcome: "unknown" as const, costUsd: "0", possibleUsd: "0.0053" },
    { ...call, at, serviceTier: "flex" },
  ];
  const lines = told(seededRecord(1, { calls, costUsd: "0.00151408" }), 200);
  t.deepEqual(lines.slice(-4), [
    "cost        $0.0015 for 3 calls, possibly $0.0053 more",
    "            2020-02-03 04:05 gpt-5.6-luna: invalid, 1,834 tokens in, 402 out, $0.00076",
    "            2020-02-03 04:05 gpt-5.6-luna: unknown, 1,834 tokens in, 402 out, possibly $0.0053",
    "            2020-02-03 04:05 gpt-5.6-luna (flex): ok, 1,834 tokens in, 402 out, $0.00076",
  ]);
});

test("one that waits says what for and since when, one that failed why, each what to do", (t) => {
  const waits = told(waitingRecord(1, "KEY_REJECTED", { since: at }), 200);
  t.is(waits[2], "waiting for  the account (KEY_REJECTED)");
  t.is(waits[3], "             since 2020-02-03 04:05");
  t.regex(waits[5] ?? "", /^hint +The API key is wrong/);
  const error = failed("ANSWER_INVALID", "it had no title");
  const lost = told(seededRecord(1, { status: "quarantined", extraction: null, error }), 200);
  t.is(lost[2], "why        it had no title (ANSWER_INVALID, stage extract)");
  t.regex(lost[3] ?? "", /^hint +The model's answer/);
  const left = { reason: "retry", retryAt: null, since: at, parked: null } as const;
  const undone = told(seededRecord(1, { status: "undone", filedAs: null, waiting: left }), 200);
  t.deepEqual(undone.slice(2, 4), [
    "            since 2020-02-03 04:05",
    "hint        autod retry a25ca73c7189 files it again.",
  ]);
});

test("one that is in work says how far it is, and what it is reckoned to cost", (t) => {
  const text = told(
    seededRecord(1, {
      status: "processing",
      extraction: null,
      filedAs: null,
      pages: 1,
      textLayer: false,
      calls: [],
      costUsd: "0",
      work: seededWork("/staged.pdf", "ask", { reservedUsd: "0.005" }),
    }),
  ).join("\n");
  t.regex(text, /^in work +the model reads it$/m);
  t.regex(text, /^stands at +\/staged\.pdf$/m);
  t.regex(text, /^file +48\.2 kB, 1 page, not all with text of their own$/m);
  t.regex(text, /^cost +\$0\.00\nestimate +\$0\.00073, at most \$0\.0053$/m);
});

test("what a model said commands no terminal", (t) => {
  const text = told(
    reading({ title: "\u001b[2J", fields: { "a\u001b": "b\u202e" }, tags: ["x\u0007"] }),
  ).join("\n");
  t.false(["\u001b", "\u202e", "\u0007"].some((character) => text.includes(character)));
  t.true(text.includes(String.raw`a\x1b       b\u{202e}`));
});

test("a document is named by the beginning of its id, and told as JSON where that is asked for", async (t) => {
  const records = [seededRecord(1), seededRecord(2)];
  const [first] = await answer(show, records, {}, { args: ["7ce5fc"] });
  t.is(first, "id          7ce5fcd04600");
  const json = await answer(show, records, { json: true }, { args: ["7ce5fc"] });
  t.deepEqual(JSON.parse(json.join("\n")), records[1]);
});

test("a size is said in the unit that suits it", (t) => {
  for (const [bytes, words] of [
    [1, "1 byte"],
    [584, "584 bytes"],
    [48_213, "48.2 kB"],
    [12_000_000, "12 MB"],
  ] as const) {
    t.true(told(seededRecord(1, { bytes }), 200).some((line) => line.includes(`  ${words}, 2`)));
  }
});
