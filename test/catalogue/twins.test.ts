import test from "ava";
import { catalogueOf } from "../../src/catalogue/catalogue.ts";
import type { Extraction } from "../../src/extraction.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

const one = seededRecord(1);

/** A document of other bytes that says the same, but for this. */
const like = (
  read: Partial<Extraction> = {},
  change: Partial<DocumentRecord> = {},
  number = 2,
): DocumentRecord => ({
  ...seededRecord(number),
  extraction: { ...one.extraction!, ...read },
  ...change,
});

const twinsOf = (...records: readonly DocumentRecord[]) =>
  catalogueOf([one, ...records], () => undefined)
    .twinsOf(one)
    .map(({ id }) => id);

type Case = [what: string, read: Partial<Extraction>];

const number = (value: string) => ({ references: [{ label: "No.", value }] });

for (const [what, read] of [
  ["that says the same", {}],
  ["that writes its issuer otherwise", { issuer: "STADT-WERKE" }],
  ["that writes its amount otherwise", { totalAmount: "95.2" }],
  ["that writes its number otherwise", number("r 1")],
  ["of another title, category and recipient", { title: "X", category: "Taxes", recipient: null }],
  [
    "that shares one of its numbers",
    { references: [...number("7").references, ...number("R-1").references] },
  ],
] satisfies Case[]) {
  test(`a document ${what} is a twin`, (t) => {
    const other = like(read);
    t.deepEqual(twinsOf(other), [other.id]);
  });
}

for (const [what, read] of [
  ["of another issuer", { issuer: "Other" }],
  ["of no issuer", { issuer: null }],
  ["of another day", { documentDate: "2026-01-16" }],
  ["of no day", { documentDate: null }],
  ["of another amount", { totalAmount: "95.21" }],
  ["of no amount", { totalAmount: null }],
  ["in another currency", { currency: "USD" }],
  ["of another number", number("R-2")],
  ["without a number", { references: [] }],
  ["whose number is no more than signs", number("--")],
] satisfies Case[]) {
  test(`a document ${what} is no twin`, (t) => {
    t.deepEqual(twinsOf(like(read)), []);
  });
}

test("two documents without a number are no twins", (t) => {
  const bare = { ...one, extraction: { ...one.extraction!, references: [] } };
  const { twinsOf: of } = catalogueOf([bare, like({ references: [] })], () => undefined);
  t.deepEqual(of(bare), []);
});

test("what is in quarantine is no twin, and what was put back is one", (t) => {
  t.deepEqual(twinsOf(like({}, { status: "quarantined" })), []);
  const undone = like({}, { status: "undone" });
  t.deepEqual(twinsOf(undone), [undone.id]);
});

test("of several twins the oldest comes first", (t) => {
  const [old, young] = [like({}, {}, 2), like({}, {}, 3)];
  t.deepEqual(twinsOf(young, old), [old.id, young.id]);
});
