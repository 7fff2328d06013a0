import test from "ava";
import stringWidth from "string-width";
import { list } from "../../src/cli/list.ts";
import type { Invocation } from "../../src/cli/command.ts";
import type { Extraction } from "../../src/extraction.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { waitingRecord } from "../intake/waiting.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { answer } from "./answer.ts";

const read = (
  number: number,
  change: Partial<Extraction>,
  more: Partial<DocumentRecord> = {},
): DocumentRecord => {
  const record = seededRecord(number, more);
  return { ...record, extraction: record.extraction && { ...record.extraction, ...change } };
};

const bill = read(1, { issuer: "Stadtwerke München", title: "Bill 10", totalAmount: "95.20" });
const lease = read(
  2,
  {
    issuer: "Müller & Söhne",
    title: "Bill 9",
    kind: "contract",
    category: "Property",
    tags: ["flat"],
    documentDate: "2025-11-30",
    totalAmount: "1200",
  },
  { folder: "flat", profile: "legal", costUsd: "0.01" },
);
const waits = waitingRecord(3, "KEY_REJECTED", {}, { costUsd: "0" });
const all = [bill, lease, waits];

const idsOf = (records: readonly DocumentRecord[]) => records.map(({ id }) => id);

async function listed(options: Invocation["options"]): Promise<string[]> {
  const lines = await answer(list, all, { ...options, json: true });
  return idsOf(JSON.parse(lines.join("\n")));
}

const selects = test.macro({
  exec: async (t, options: Invocation["options"], expected: readonly DocumentRecord[]) => {
    t.deepEqual(await listed(options), idsOf(expected));
  },
  title: (_, options: Invocation["options"]) => `list ${JSON.stringify(options)} selects`,
});

test(selects, {}, [waits, lease, bill]);
test(selects, { status: "waiting" }, [waits]);
test(selects, { folder: "flat" }, [lease]);
test(selects, { profile: "legal" }, [lease]);
test(selects, { issuer: "MUNCHEN" }, [bill]);
test(selects, { issuer: "muenchen" }, [bill]);
test(selects, { issuer: "Müll" }, [lease]);
test(selects, { issuer: "Soehne" }, [lease]);
test(selects, { category: "prop" }, [lease]);
test(selects, { kind: "contract" }, [lease]);
test(selects, { tag: "Electr" }, [bill]);
test(selects, { dated: "2025" }, [lease]);
test(selects, { dated: "2026-01" }, [bill]);
test(selects, { dated: "2026-01-15" }, [bill]);
test(selects, { dated: "2025-12.." }, [bill]);
test(selects, { dated: "..2025-11" }, [lease]);
test(selects, { dated: "2025..2026-01-15" }, [lease, bill]);
test(selects, { min: "95.20" }, [lease, bill]);
test(selects, { max: "95.2" }, [bill]);
test(selects, { min: "100", max: "1000" }, []);
test(selects, { since: "2026-01-03" }, []);
test(selects, { until: "2025-12-30" }, []);
test(selects, { until: "2026-01-02" }, [waits, lease, bill]);
test(selects, { since: "2025-12-30", until: "2026-01-03", issuer: "stadt" }, [bill]);

test(selects, { reverse: true }, [bill, lease, waits]);
test(selects, { sort: "date" }, [bill, lease, waits]);
test(selects, { sort: "date", reverse: true }, [lease, bill, waits]);
test(selects, { sort: "issuer" }, [lease, bill, waits]);
test(selects, { sort: "title" }, [lease, bill, waits]);
test(selects, { sort: "total" }, [lease, bill, waits]);
test(selects, { sort: "total", reverse: true }, [bill, lease, waits]);
test(selects, { sort: "cost" }, [lease, bill, waits]);
test(selects, { sort: "status" }, [lease, bill, waits]);
test(selects, { limit: "2" }, [waits, lease]);

const refuses = test.macro({
  exec: async (t, options: Invocation["options"], message: RegExp) => {
    await t.throwsAsync(listed(options), { code: "ARGUMENT_INVALID", message } as object);
  },
  title: (_, options: Invocation["options"]) => `list ${JSON.stringify(options)} is refused`,
});

test(refuses, { status: "lost" }, /--status takes processing/);
test(refuses, { kind: "bill" }, /--kind takes invoice/);
test(refuses, { sort: "colour" }, /--sort takes arrived/);
test(refuses, { dated: "yesterday" }, /--dated takes a year/);
test(refuses, { dated: ".." }, /--dated takes a year/);
test(refuses, { dated: "2026-13" }, /--dated takes a year/);
test(refuses, { dated: "2026-01..2026-00-15" }, /--dated takes a year/);
test(refuses, { dated: "20252026" }, /--dated takes a year/);
test(refuses, { min: "12,50" }, /--min takes an amount/);
test(refuses, { limit: "-1" }, /--limit takes a whole number/);

test("a list that is empty says what left nothing", async (t) => {
  const said = (options: Invocation["options"], records = all) => answer(list, records, options);
  t.deepEqual(await said({ folder: "x" }, []), ["no documents yet"]);
  t.deepEqual(await said({ status: "review" }), ["none of 3 documents fits --status review"]);
  t.deepEqual(await said({ kind: "invoice", folder: "x\u001b[2J" }), [
    String.raw`none of 3 documents fits --folder x\x1b[2J`,
  ]);
  t.deepEqual(await said({ kind: "invoice", folder: "flat" }), [
    "none of 3 documents fits all of --folder flat --kind invoice",
  ]);
  t.deepEqual(await said({ folder: "x", json: true }), ["[]"]);
});

test("on a terminal a line says how many there are and what they cost, elsewhere not", async (t) => {
  const shown = await answer(list, all, {}, { width: 80 });
  t.is(shown.length, 5);
  t.is(shown.at(-1), "3 documents, $0.011");
  t.is((await answer(list, all, { limit: "1" }, { width: 80 })).at(-1), "1 of 3 documents, $0.00");
  t.is((await answer(list, [bill], {}, { width: 80 })).at(-1), "1 document, $0.00076");
  t.is((await answer(list, all)).length, 4);
  for (const line of shown) t.true(stringWidth(line) <= 80, line);
});

test("what a document is about in total is shown where it is asked for, or has room", async (t) => {
  const [head] = await answer(list, all, {}, { width: 80 });
  t.notRegex(head ?? "", /total/);
  for (const [options, width] of [
    [{}, 120],
    [{ sort: "total" }, 80],
    [{ min: "1" }, 80],
  ] as const) {
    const lines = await answer(list, all, options, { width });
    t.regex(lines.join("\n"), / total +cost\n[^]* 95\.20 EUR /);
  }
});

test("a document is told by its issuer and title, else by its name and what holds it", async (t) => {
  const failed = seededRecord(4, {
    status: "quarantined",
    extraction: null,
    error: { code: "NOT_A_PDF", message: "", hint: "", stage: "inspect", kind: "document" },
  });
  const text = (await answer(list, [...all, failed])).join("\n");
  t.regex(text, / Stadtwerke München – Bill 10 /);
  t.regex(text, / KEY_REJECTED: scan00003\.pdf /);
  t.regex(text, / NOT_A_PDF: scan00004\.pdf /);
});
