import test from "ava";
import { checkExtraction } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import { read, settingsWith, standard } from "./standard.ts";

const long = "x".repeat(3_000_000);
const many = <Thing>(thing: Thing): Thing[] => Array.from({ length: 10_000 }, () => thing);
const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);

const one = { list: false, description: "It." } as const;
const settings = settingsWith({
  fields: {
    words: { ...one, type: "string" },
    lines: { ...one, type: "string", list: true },
    nested: { ...one, type: "string" },
  },
});

const endless: Extraction = {
  ...read,
  title: long,
  summary: long,
  issuer: long,
  recipient: long,
  references: many({ label: long.slice(0, 1000), value: long.slice(0, 1000) }),
  actionItems: many({ what: long.slice(0, 1000), due: null, priority: "high" }),
  tags: many(long.slice(0, 1000)).slice(0, 8),
  evidence: { ...read.evidence, documentDate: { page: 1, quote: long } },
  fields: { words: long, lines: many(long.slice(0, 1000)), nested: deep },
};

test("of what never ends the beginning is kept, and marked", (t) => {
  const { extraction, checks } = checkExtraction(endless, { ...standard, settings });
  t.is(extraction.title, "x".repeat(2000));
  t.is(extraction.issuer, "x".repeat(2000));
  t.is(extraction.evidence.documentDate?.quote, "x".repeat(500));
  t.is(extraction.references.length, 100);
  t.is(extraction.references[0]?.value, "x".repeat(500));
  t.is(extraction.actionItems.length, 100);
  t.like(extraction.fields, { words: "x".repeat(2000), nested: null });
  t.like(extraction.fields?.["lines"], { length: 100, 99: "x".repeat(500) });
  t.true(JSON.stringify({ extraction, checks }).length < 300_000);
  const cut = checks.filter(({ code }) => code === "TOO_LONG");
  t.deepEqual(
    cut.map(({ field, hard }) => [field, hard]),
    [
      "title",
      "summary",
      "issuer",
      "recipient",
      "references",
      "actionItems",
      "tags",
      "evidence",
      "words",
      "lines",
    ].map((field) => [field, false]),
  );
});

test("of what is as deep as that nothing is kept", (t) => {
  const { checks } = checkExtraction(endless, { ...standard, settings });
  t.like(checks.at(-1), { field: "nested", code: "FIELD_WRONG" });
});

test("what was kept of it stays as it is", (t) => {
  const held = { ...standard, settings };
  const { extraction } = checkExtraction(endless, held);
  t.deepEqual(checkExtraction(extraction, held), { extraction, checks: [] });
});

test("a sign of two halves is kept whole, or not at all", (t) => {
  const title = `${"x".repeat(1999)}👩`;
  t.is(checkExtraction({ ...read, title }, standard).extraction.title, "x".repeat(1999));
  const whole = `${"x".repeat(1998)}👩`;
  t.is(checkExtraction({ ...read, title: whole }, standard).extraction.title, whole);
});

test("of fields that nobody asked for nothing is said, however many there are", (t) => {
  const fields = Object.fromEntries(many(0).map((_, at) => [`other${at}`, long]));
  const { extraction, checks } = checkExtraction({ ...read, fields }, standard);
  t.deepEqual({ extraction, checks }, { extraction: read, checks: [] });
});
