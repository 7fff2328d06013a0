import { readFileSync } from "node:fs";
import test from "ava";
import type { Check } from "../../src/checks/checks.ts";
import { type ErrorCode, type ErrorKind, errorCodes } from "../../src/errors.ts";
import { refusals } from "../../src/intake/judge.ts";
import { obstacles } from "../../src/intake/obstacles.ts";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");

const left = "_Review if it matters; else filed without the field._";
const kept = "_Review if it matters; else filed as it was read._";

const checks = {
  DATE_IMPOSSIBLE: left,
  DATE_IMPLAUSIBLE: kept,
  AMOUNT_UNREADABLE: left,
  AMOUNT_IMPLAUSIBLE: kept,
  CURRENCY_UNKNOWN: left,
  LANGUAGE_UNKNOWN: "_Review if it matters; else filed with the language und._",
  CATEGORY_UNKNOWN: "_Review._",
  TOO_LONG: "_Filed with the beginning of it._",
  FIELD_WRONG: left,
  ISSUER_IS_ME: "_Review._",
  QUOTE_NOT_FOUND: kept,
  NOT_IN_DOCUMENT: kept,
  CONFIDENCE_LOW: "_Review._",
} as const satisfies Readonly<Record<Check["code"], string>>;

const waits = "_Waits: 69 from `autod run --once`, 1 from a command that it ends._";

/** What each kind of trouble comes to, for the document and as an exit code. */
const consequences: Readonly<Record<ErrorKind, string>> = {
  document: "_Quarantine; `autod run --once` ends with 1._",
  transient: waits,
  account: waits,
  disk: waits,
  config: "_Ends the command with 78._",
  locked: "_Ends the command with 75._",
  usage: "_Ends the command with 2._",
  service: "_Ends the command with 1._",
};

const consequenceOf = (code: ErrorCode): string =>
  code === "INTERNAL"
    ? "_Waits: 69 from `autod run --once`; 70 from a command that it ends._"
    : consequences[errorCodes[code].kind];

/** What stands below each heading of the third level, in the page's order. */
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((part): [code: string, text: string] => {
    const [code = "", ...lines] = (part.split(/^## /m)[0] ?? "").trim().split("\n");
    return [code, lines.join("\n").trim()];
  });
const textOf = (code: string): string => new Map(sections).get(code) ?? "";
const linesOf = (code: string): readonly string[] => textOf(code).split("\n");

const codes: readonly string[] = [errorCodes, refusals, obstacles, checks].flatMap((group) =>
  Object.keys(group),
);

test("every code has one section, in the order of the sources, and no section is for another", (t) => {
  t.deepEqual(
    sections.map(([code]) => code),
    codes,
  );
});

test("the index leads to each section once, and no link of the page leads nowhere", (t) => {
  const headings = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = ""]) => heading);
  const anchors = new Set(headings.map((one) => one.toLowerCase().replaceAll(" ", "-")));
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
  t.deepEqual(
    links.filter((anchor) => !anchors.has(anchor)),
    [],
  );
  const index = page.slice(page.indexOf("## Index"), page.indexOf("## Exit codes"));
  const named = [...index.matchAll(/\[([A-Z0-9_]+)\]\(#([^)]+)\)/g)];
  t.deepEqual(
    named.map(([, code, anchor]) => [code, anchor]),
    codes.map((code) => [code, code.toLowerCase()]),
  );
});

test("what is to be done about an error is its hint, word for word", (t) => {
  for (const [code, { hint }] of Object.entries(errorCodes)) {
    t.is(linesOf(code).at(-1), `**To do:** ${hint}`);
  }
});

test("what an error comes to is what its kind comes to", (t) => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    t.is(linesOf(code)[0], consequenceOf(code), code);
  }
});

test("why a file is left alone is said in the words of autod why", (t) => {
  for (const [code, sentence] of Object.entries(refusals)) {
    t.is(linesOf(code)[0], "_Stays where it lies; no exit code._", code);
    t.true(textOf(code).includes(`It is not taken because ${sentence}`), code);
  }
});

test("what keeps a file from being taken is said in the words of autod why", (t) => {
  for (const [code, { message, hint }] of Object.entries(obstacles)) {
    t.is(linesOf(code)[0], "_Waits; no exit code._", code);
    t.true(textOf(code).includes(`taken because ${message}`), code);
    if (hint !== null) t.is(linesOf(code).at(-1), `**To do:** ${hint}`);
  }
});

test("what a failed check comes to is said first", (t) => {
  for (const [code, consequence] of Object.entries(checks)) t.is(linesOf(code)[0], consequence);
});

test("a section is short, and ends with what is to be done", (t) => {
  for (const [code] of sections) {
    const paragraphs = linesOf(code).filter((line) => line !== "");
    t.is(paragraphs.length, 3, code);
    t.regex(paragraphs[2] ?? "", /^\*\*To do:\*\* \S.*\.$/, code);
    t.true((paragraphs[1] ?? "").length <= 420, code);
  }
});

test("messages end without a full stop, hints with one", (t) => {
  for (const [code, { hint }] of Object.entries(errorCodes)) t.regex(hint, /^[^!]+\.$/, code);
  for (const [code, sentence] of Object.entries(refusals)) t.regex(sentence, /[^.!]$/, code);
  for (const [code, { message }] of Object.entries(obstacles)) t.regex(message, /[^.!]$/, code);
});
