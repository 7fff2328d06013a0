import { stripVTControlCharacters, styleText } from "node:util";
import test from "ava";
import stringWidth from "string-width";
import { tellDemo } from "../../src/cli/demo-story.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { waitingRecord } from "../intake/waiting.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const home = "/tmp/demo";
type Screen = Parameters<typeof tellDemo>[1];

const plain: Screen = {
  style: (_, text) => text,
  width: Number.POSITIVE_INFINITY,
};
const colourful: Screen = {
  width: 80,
  style: (style, text) => styleText(style, text, { validateStream: false }),
};

const sampleOf = ({ source }: Pick<DocumentRecord, "source">) => ({
  name: source.name,
  path: source.path,
});

const tell = (records: readonly DocumentRecord[], terminal = plain) =>
  tellDemo(
    { samples: records.map(sampleOf), records, home, kept: null, called: "autod" },
    terminal,
  );

test("what is doubtful, what waits and what was not taken are shown as such", (t) => {
  const checks = [
    { field: "documentDate", code: "DATE_IMPOSSIBLE", hard: true, message: "it is no date" },
  ];
  const doubtful = seededRecord(1, { status: "review", checks, filedAs: `${home}/Archive/r.pdf` });
  const waiting = waitingRecord(2, "API_BUSY", {}, { filedAs: null });
  const missing = { name: "scan9.pdf", path: `${home}/Inbox/scan9.pdf` };
  const samples = [missing, sampleOf(waiting), sampleOf(doubtful)];
  const lines = tellDemo(
    { samples, records: [doubtful, waiting], home, kept: null, called: "autod" },
    plain,
  );
  t.regex(lines[1] ?? "", /^\? scan00001\.pdf {2}invoice · Stadtwerke · 95\.20 EUR/);
  t.deepEqual(lines.slice(2, 4), ["  → Archive/r.pdf", "  it is no date"]);
  t.true(lines.includes("… scan9.pdf      not taken"));
  t.true(lines.some((line) => line.startsWith("… scan00002.pdf")));
  t.true(lines.some((line) => /^ {2}3 files +1 to look at, 2 waiting/.test(line)));
});

test("where nothing was asked, nothing is reckoned", (t) => {
  const error = { code: "NOT_A_PDF", message: "it is no PDF", hint: "Print it.", stage: "inspect" };
  const failed = seededRecord(1, {
    status: "quarantined",
    calls: [],
    costUsd: "0",
    extraction: null,
    error: { ...error, kind: "document" },
    filedAs: `${home}/Quarantine/scan00001.pdf`,
  });
  const lines = tell([failed]);
  t.deepEqual(lines.slice(1, 5), [
    "✗ scan00001.pdf  it is no PDF",
    "  → Quarantine/scan00001.pdf",
    "  Print it.",
    "",
  ]);
  t.false(lines.join("\n").includes("charged"));
});

test("on a terminal a path that is too long gives way in its middle, and colours take no room", (t) => {
  const filedAs = `${home}/Archive/2026/Utilities/${"very ".repeat(30)}long.pdf`;
  const lines = tell([seededRecord(1, { filedAs })], colourful);
  t.deepEqual(
    lines.filter((line) => stringWidth(line) > 80),
    [],
  );
  const shown = lines.map((line) => stripVTControlCharacters(line));
  t.regex(shown[2] ?? "", /^ {2}→ Archive\/2026\/Utilities\/very .*….* long\.pdf$/);
  t.true(tell([seededRecord(1, { filedAs })])[2]?.endsWith(`${"very ".repeat(30)}long.pdf`));
});

test("what a file is called can't command a terminal", (t) => {
  const path = "/in/evil\u001b[2J.pdf";
  const source = { path, name: "evil\u001b[2J.pdf", arrivedAt: "2026-01-01T00:00:00.000Z" };
  const filedAs = `${home}/Archive/evil\u001b[2J.pdf`;
  const told = tell([seededRecord(1, { source, filedAs })]).join("\n");
  t.false(told.includes("\u001b"));
  t.regex(told, /✓ evil\\x1b\[2J\.pdf/);
});
