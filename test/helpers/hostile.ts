import { array, constantFrom, integer, record, string, type Arbitrary } from "fast-check";
import { statuses, type DocumentRecord } from "../../src/store/record.ts";
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

export const hostileText: Arbitrary<string> = string({
  unit: constantFrom(...pieces),
  minLength: 1,
  maxLength: 40,
});

/** Records of every status, hostile wherever others have a say. */
export const hostileRecords: Arbitrary<DocumentRecord[]> = array(
  record({
    text: array(hostileText, { minLength: 8, maxLength: 8 }),
    status: constantFrom(...statuses),
    pick: integer({ min: 0, max: 7 }),
  }),
  { minLength: 1, maxLength: 4 },
).map((all) => all.map((one, number) => hostileRecord(number, one.status, one.text, one.pick)));

function hostileRecord(
  number: number,
  status: DocumentRecord["status"],
  text: readonly string[],
  pick: number,
): DocumentRecord {
  const [a = "", b = "", c = "", d = "", e = "", f = "", g = "", h = ""] = text;
  const plain = seededRecord(number);
  const at = plain.createdAt;
  const path = `/home/jane/Inbox/${a}.pdf`;
  const extraction = plain.extraction && {
    ...plain.extraction,
    title: b,
    issuer: pick === 0 ? null : c,
    recipient: d,
    summary: `${e} ${f}`,
    category: g,
    references: [{ label: h, value: a }],
    actionItems: [{ what: b, due: null, priority: "high" as const }],
    tags: [c, d],
    language: e,
    evidence: { issuer: { page: 1, quote: f }, documentDate: null, totalAmount: null },
    fields: { [g]: h, list: [a, b], number: 12.5, yes: true },
  };
  const isRead = status !== "quarantined" && pick !== 1;
  const error = {
    code: "REQUEST_REJECTED",
    message: g,
    hint: h,
    stage: "extract",
    kind: "document" as const,
  };
  const parked = { path, ino: 1, size: 1, mtimeMs: 1 };
  const waits = { reason: "retry" as const, retryAt: at, since: at, parked };
  const filedAs = `/home/jane/Archive/${b}/${c}.pdf`;
  return {
    ...plain,
    status,
    source: { path, name: `${a}.pdf`, arrivedAt: at },
    extraction: isRead ? extraction : null,
    error: status === "quarantined" || status === "waiting" ? error : null,
    waiting: status === "waiting" || status === "undone" ? waits : null,
    filedAs: status === "archived" || status === "review" ? filedAs : null,
    checks: [{ field: "title", code: "DATE_IMPOSSIBLE", hard: true, message: d }],
    duplicates: [
      { path: `/home/jane/Inbox/${d}.pdf`, seenAt: at, movedTo: pick > 4 ? filedAs : null },
    ],
    history: [{ at, by: "file", before: null, from: path, to: filedAs }],
  };
}

/** What a terminal would obey, or nobody could see. */
export const unprintable = /[[\p{C}\p{Zl}\p{Zp}\p{DI}]--\ufe0f]/v;
