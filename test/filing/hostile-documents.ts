import { type Arbitrary, array, boolean, constantFrom, option, record } from "fast-check";
import type { Readable } from "../../src/filing/archive.ts";
import { hostileName } from "../helpers/hostile.ts";
import { bill } from "./extractions.ts";

const text = hostileName;
const documentDate = option(constantFrom("2026-01-15", "../../2026-01-15", "9999-12-31"));

/** Documents of which every word is hostile, with templates of all kinds. */
export const hostileDocuments: Arbitrary<Readable> = record({
  original: text,
  review: boolean(),
  extraction: record({
    issuer: option(text),
    title: text,
    category: text,
    recipient: option(text),
    documentDate,
    references: array(record({ label: text, value: text }), { maxLength: 3 }),
    tags: array(text, { maxLength: 3 }),
    fields: record({ contract: text, lines: array(text, { maxLength: 3 }) }),
  }).map((read) => ({ ...bill, ...read })),
  templates: record({
    name: constantFrom(
      "{documentDate} {issuer} - {title}",
      "{issuer|Unknown}{title}",
      "{documentDate:yyyy-MM} {references} ({reference})",
      "[{contract}] {lines} {tags}",
      "{originalName}",
      "-{title}.pdf",
    ),
    folder: constantFrom(
      "{year}/{category}",
      "{issuer|Unknown}/{documentDate:yyyy/MM}/{contract}",
      "{category}{issuer}/{originalName}",
      "../{lines}/./{references}",
      "{title}",
    ),
  }),
});
