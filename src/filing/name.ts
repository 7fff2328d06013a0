import type { Extraction } from "../extraction.ts";
import { plainText, safeSegment } from "./segment.ts";
import { fill } from "./template.ts";

/** What most file systems take as one name, in bytes of UTF-8. */
export const longestName = 255;

/**
 * The file name that a document gets by what was read in it: always safe, always with a whole ".pdf",
 * with room for " (99)" behind a long one. When every placeholder is empty it is the original name.
 *
 * Placeholders are the extraction's fields (also those in `fields`), `year`, `month` and `day` of the
 * document's date, `reference`, the first of its references, and `originalName`. Equal inputs give equal names.
 */
export function archiveName(template: string, extraction: Extraction, original: string): string {
  const { text, empty } = fill(withUndated(template), valuesOf(extraction, original));
  const wanted = empty ? "" : safeStem(text);
  return `${wanted || safeStem(original) || nameless}.pdf`;
}

/** The folders below the archive that a document goes into, as path segments; a value never adds a level. */
export function archiveFolder(
  template: string,
  extraction: Extraction,
  original: string,
): string[] {
  const valueOf = valuesOf(extraction, original);
  return withUndated(template)
    .split(/\/(?![^{}]*\})/)
    .map((segment) => safeSegment(fill(segment, valueOf).text))
    .filter((segment) => segment !== "");
}

/** The name that a document arrived with, made safe; its ".PDF" stays as it was written. */
export function ownName(original: string): string {
  const extension = /\.pdf$/i.exec(original)?.[0] ?? ".pdf";
  return `${safeStem(original) || nameless}${extension}`;
}

const nameless = "document";

function safeStem(text: string): string {
  const stem = safeSegment(withoutExtension(text), longestName - Buffer.byteLength(" (99).pdf"));
  // What was cut off, or isn't safe, may have hidden another one.
  return withoutExtension(stem) === stem ? stem : safeStem(stem);
}

function withoutExtension(name: string): string {
  return name.trim().replace(/(?:\.pdf)+$/i, "");
}

/** `{year}` alone has a default of its own, so that undated documents stand in one folder. */
function withUndated(template: string): string {
  return template.replace(/\{\s*year\s*\}/g, "{year|undated}");
}

function valuesOf(extraction: Extraction, original: string) {
  const { documentDate, fields = {}, ...read } = extraction;
  const known: Record<string, unknown> = {
    ...fields,
    ...read,
    documentDate,
    year: dated(documentDate, "yyyy"),
    month: dated(documentDate, "MM"),
    day: dated(documentDate, "dd"),
    reference: read.references[0]?.value,
    originalName: withoutExtension(original),
  };
  return (key: string, format?: string): string => {
    const value = Object.hasOwn(known, key) ? asText(known[key]) : "";
    const text = plainText(format === undefined ? value : dated(value, format) || value);
    // A lone dash or dot is how "nothing" is often written.
    return safeSegment(text) === "" ? "" : text;
  };
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    return value
      .map(asText)
      .filter((text) => text !== "")
      .join(", ");
  }
  if (typeof value !== "object" || value === null) return "";
  // A reference is known by its value, an action by what is to be done; the rest isn't for names.
  if ("value" in value && typeof value.value === "string") return value.value;
  return "what" in value && typeof value.what === "string" ? value.what : "";
}

/** An ISO date in the form "yyyy-MM-dd", "MM/yy" or the like; "" for what isn't one. */
function dated(date: string | null, format: string): string {
  const [, year, month = "", day = ""] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date ?? "") ?? [];
  if (year === undefined) return "";
  const parts: Record<string, string> = { yyyy: year, yy: year.slice(2), MM: month, dd: day };
  return format.replace(/yyyy|yy|MM|dd/g, (part) => parts[part] ?? part);
}
