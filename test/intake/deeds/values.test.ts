import test from "ava";
import { editExtraction, editsIn } from "../../../src/intake/deeds/edit.ts";
import { read } from "../../checks/standard.ts";
import { profileWith } from "../../openai/asking.ts";

type Field = Parameters<typeof editExtraction>[2]["fields"][string];

const own = (type: Field["type"], change: Partial<Field> = {}): Field => ({
  type,
  list: false,
  description: "It.",
  ...change,
});
const settings = {
  ...profileWith().settings,
  fields: {
    meter: own("string"),
    reading: own("number"),
    paid: own("boolean"),
    tariff: own("enum", { values: ["A", "B"] }),
    readOn: own("date"),
    phones: own("string", { list: true }),
  },
};

/** What becomes of an extraction by what a person types. */
const edited = (pairs: readonly string[]) =>
  editExtraction({ ...read, fields: { meter: "M-1" } }, editsIn(pairs), settings);

for (const [pair, said] of [
  ["issuer", /^edit takes KEY=VALUE, not issuer$/],
  ["=x", /^edit takes KEY=VALUE, not =x$/],
  ["isuer=x", /^no field is called isuer$/],
  ["category=Nowhere", /^category is one of /],
  ["kind=novel", /^kind is one of /],
  ["documentDate=2026-02-30", /^documentDate: "2026-02-30" is no date$/],
  ["totalAmount=12,50", /^totalAmount: "12,50" is no amount$/],
  ["currency=EURO", /^currency: "EURO" is no ISO 4217 code$/],
  ["language=klingon!", /^language: /],
  ["references=one", /^references is a list in JSON/],
  ['references=["one"]', /^references: /],
  ["confidence=1", /^no field is called confidence$/],
  ["evidence={}", /^no field is called evidence$/],
  ["__proto__=x", /^no field is called __proto__$/],
  ["constructor=x", /^no field is called constructor$/],
  ["reading=much", /^reading is a number, such as 12\.5$/],
  ["paid=maybe", /^paid is yes or no$/],
  ["tariff=C", /^tariff is one of A, B$/],
  ["readOn=soon", /^readOn: "soon" is no date$/],
] as const) {
  test(`${pair} is refused`, (t) => {
    const error = t.throws(() => edited([pair]));
    t.like(error, { code: "ARGUMENT_INVALID" });
    t.regex(error.message, said);
  });
}

test("each value is what its field takes, and nothing is nothing", (t) => {
  const after = edited([
    "title= A = B ",
    "category=utilities",
    "currency=usd",
    "issuer=",
    "tags=",
    "language=",
    'references=[{"label":"No.","value":"7"}]',
    "reading=12.5",
    "paid=yes",
    "tariff=b",
    "readOn=2026-01-02",
    "fields.meter=M-2",
    "phones=1, 2",
  ]);
  t.like(after, { title: "A = B", category: "Utilities", currency: "USD", issuer: null, tags: [] });
  t.like(after, { language: "und", references: [{ label: "No.", value: "7" }] });
  t.deepEqual(after.fields, {
    meter: "M-2",
    reading: 12.5,
    paid: true,
    tariff: "B",
    readOn: "2026-01-02",
    phones: ["1", "2"],
  });
});
