import {
  array,
  boolean,
  constant,
  constantFrom,
  dictionary,
  double,
  integer,
  option,
  oneof,
  record,
  string,
  type Arbitrary,
} from "fast-check";
import { type Extraction, kinds } from "../../src/extraction.ts";
import { statuses, type Call, type DocumentRecord } from "../../src/store/record.ts";
import { seededRecord } from "./seeded-store.ts";

/** What a file name or a model may hold that no terminal is to be shown as it is, among words. */
const pieces = [
  "invoice",
  "Müller & Söhne",
  "電気料金",
  "👩‍👩‍👧",
  "e\u0301",
  "=cmd|' /C calc'!A0",
  "<b>",
  "__proto__",
  '"',
  "\\",
  " ",
  "\u001b[2J",
  "\u001b]0;owned\u0007",
  "\u009b31m",
  "\u0000",
  "\r",
  "\n",
  "\t",
  "\u007f",
  "\u0085",
  "\u00ad",
  "\u200b",
  "\u200d",
  "\u202e",
  "\u2066",
  "\u2028",
  "\ufeff",
  "\u{e0041}",
  "\ud800",
];

export const hostileText: Arbitrary<string> = oneof(
  { weight: 50, arbitrary: string({ unit: constantFrom(...pieces), minLength: 1, maxLength: 40 }) },
  constantFrom("", "x".repeat(5_000), "電気".repeat(500), `a${"\u0301".repeat(500)}`),
);

/** What is meant to break out of a name, of its folder or of what holds it. */
const escapes = [
  "../",
  "..\\",
  "/",
  "\\",
  "/etc/passwd",
  "C:\\",
  "\\\\?\\",
  "~",
  ".",
  " ",
  "...",
  "%2e%2e%2f",
  "\uff0f",
  "\u2024\u2024\u2215",
  "$(touch x)",
  "`touch x`",
  "-rf",
  "--",
  "CON",
  "nul.pdf",
  "COM1",
  "LPT\u00b9",
  "CLOCK$",
  ".pdf",
  ".PDF",
  ".pdf.exe",
  ".reason.json",
  "_review",
  ".autod",
  "{issuer}",
  "{title|x}",
  "{{year}}",
  "}",
  "a\u0301\u0316\u0301",
  "\u1100\u1161\u11a8",
  "\u0130\u0131",
  "\ufdfa",
  "\udc00",
  "\u{1f3f4}\u{e0067}\u{e007f}",
  "\u{1f1e9}\u{1f1ea}",
  ":stream:$DATA",
  "*?<>|",
  '=HYPERLINK("x")',
  "<script>alert(1)</script>",
];

/** Texts that no name may be made of as they are; some are so long that they must be cut. */
export const hostileName: Arbitrary<string> = oneof(
  string({ unit: "binary", maxLength: 60 }),
  string({ unit: "grapheme", maxLength: 60 }),
  {
    weight: 4,
    arbitrary: string({ unit: constantFrom(...escapes, ...pieces), minLength: 1, maxLength: 30 }),
  },
  constantFrom(...escapes, ...pieces).map((piece) => piece.repeat(1000 / piece.length)),
  constantFrom("", "\u0301".repeat(1000), `q${"\u0316\u0301".repeat(500)}`),
);

const text = hostileText;
const maybe = <T>(one: Arbitrary<T>): Arbitrary<T | null> => option(one, { freq: 3 });
const few = <T>(one: Arbitrary<T>): Arbitrary<T[]> => array(one, { maxLength: 3 });
/** What no system takes in one is left out. */
const name = text.map((one) => `${one.replaceAll(/[\0/]/g, "")}.pdf`);
const below = (folder: string) => name.map((one) => `/home/jane/${folder}/${one}`);
const instant = constantFrom(
  "2026-01-01T00:00:00Z",
  "2026-11-22T13:05:59.123Z",
  "2999-12-31T00:00:00.000Z",
);
const usd = constantFrom("0", "0.00075704", "12.5", "1234.000001");
const decimal = constantFrom("95.20", "-12.5", "1234567890.12");
const count = integer({ min: 0, max: 2_000_000 });
const quote = maybe(record({ page: integer({ min: 1 }), quote: text }));

const fields = dictionary(
  oneof(text, constantFrom("__proto__", "constructor", "total")),
  oneof(text, few(text), few(integer()), double({ noNaN: true }), boolean(), constant(null)),
  { maxKeys: 3 },
);

const extraction: Arbitrary<Extraction> = record(
  {
    title: text,
    summary: text,
    category: text,
    kind: constantFrom(...kinds),
    issuer: maybe(text),
    recipient: maybe(text),
    documentDate: maybe(oneof(constant("2026-01-15"), text)),
    dueDate: maybe(text),
    periodStart: maybe(text),
    periodEnd: maybe(text),
    currency: constantFrom(null, "EUR", "XXX"),
    totalAmount: maybe(decimal),
    amountDue: maybe(decimal),
    references: few(record({ label: text, value: text })),
    actionItems: few(
      record({ what: text, due: maybe(text), priority: constantFrom("low", "normal", "high") }),
    ),
    tags: few(text),
    language: text,
    evidence: record({ issuer: quote, documentDate: quote, totalAmount: quote }),
    confidence: double({ min: 0, max: 1, noNaN: true }),
    fields,
  },
  { noNullPrototype: true },
);

const outcome = constantFrom("ok", "invalid", "refused", "incomplete", "failed", "unknown");

const call: Arbitrary<Call> = record(
  {
    seq: count,
    responseId: maybe(text),
    model: text,
    serviceTier: text,
    detail: text,
    at: instant,
    outcome,
    usage: record({
      inputTokens: count,
      cachedInputTokens: count,
      cacheWriteTokens: count,
      outputTokens: count,
      reasoningTokens: count,
    }),
    price: record({ input: usd, cachedInput: usd, cacheWrite: usd, output: usd }),
    costUsd: usd,
    possibleUsd: usd,
  },
  { noNullPrototype: true },
);

const waiting = record({
  reason: constantFrom("retry", "budget", "account", "offline", "disk"),
  retryAt: maybe(instant),
  since: instant,
  parked: maybe(record({ path: below("Inbox"), ino: count, size: count, mtimeMs: count })),
});

const checks = few(record({ field: text, code: text, hard: boolean(), message: text }));

/** What a record was before something was done to it. */
const before = record(
  {
    extraction: maybe(extraction),
    checks,
    error: constant(null),
    profile: constantFrom("default", "gone"),
    profileRevision: text,
  },
  { noNullPrototype: true },
);

/** Whatever fits the shape of a record, hostile wherever others have a say, sensible or not. */
const change: Arbitrary<Partial<DocumentRecord>> = record(
  {
    status: constantFrom(...statuses),
    waiting: maybe(waiting),
    folder: oneof(constant("scans"), text),
    profile: oneof(constant("default"), text),
    source: record({ path: below("Inbox"), name, arrivedAt: instant }),
    bytes: count,
    pages: maybe(count),
    textLayer: maybe(boolean()),
    extraction: maybe(extraction),
    checks,
    calls: few(call),
    costUsd: usd,
    estimate: maybe(record({ inputTokens: count, costUsd: usd, upperCostUsd: usd })),
    upload: maybe(record({ fileId: text, uploadedAt: instant, deletedAt: maybe(instant) })),
    filedAs: maybe(below("Archive")),
    duplicates: few(
      record({ path: below("Inbox"), seenAt: instant, movedTo: maybe(below("Archive")) }),
    ),
    possibleDuplicateOf: maybe(text),
    error: maybe(
      record({
        code: oneof(constantFrom("KEY_REJECTED", "MODEL_UNAVAILABLE"), text),
        message: text,
        hint: text,
        stage: text,
        kind: constantFrom("document", "transient", "account", "disk"),
      }),
    ),
    attempts: count,
    timings: dictionary(text, count, { maxKeys: 2 }),
    work: maybe(
      record({
        staged: below("Inbox"),
        step: constantFrom("claimed", "upload", "ask", "answered", "file", "delete"),
        responseId: maybe(text),
        stored: array(text, { maxLength: 3 }),
        reservedUsd: maybe(usd),
        target: maybe(below("Archive")),
      }),
    ),
    history: few(
      record({
        at: instant,
        by: constantFrom("file", "edit", "rerun", "undo", "accept", "reject", "retry"),
        before: oneof(maybe(text), before),
        from: maybe(below("Inbox")),
        to: maybe(below("Archive")),
      }),
    ),
    updatedAt: instant,
  },
  { noNullPrototype: true },
);

/** Records of every status, with and without all that may be missing. */
export const hostileRecords: Arbitrary<DocumentRecord[]> = array(change, {
  minLength: 1,
  maxLength: 4,
}).map((changes) => changes.map((one, number) => seededRecord(number, one)));

/** What a terminal would obey, or nobody could see. */
export const unprintable = /[[\p{C}\p{Zl}\p{Zp}\p{DI}]--\ufe0f]/v;
