import { keepPossible } from "../../checks/possible.ts";
import type { Config } from "../../config/schema.ts";
import { AutodError } from "../../errors.ts";
import { extraction as shape, type Extraction, kinds } from "../../extraction.ts";
import { nearest } from "../../nearest.ts";
import type { DocumentRecord } from "../../store/record.ts";
import { type Decided, decide, type Deciding } from "./decide.ts";

type Settings = Config["profiles"][string];

/** Fields and what a person says of them, as typed; an empty text is nothing. */
export type Edits = ReadonlyMap<string, string>;

/** Reads "KEY=VALUE" words. Throws ARGUMENT_INVALID. */
export function editsIn(pairs: readonly string[]): Edits {
  return new Map(
    pairs.map((pair) => {
      const at = Math.max(0, pair.indexOf("="));
      // A profile's own field may be named as autod shows it.
      const key = pair.slice(0, at).replace(/^fields\./, "");
      if (key !== "") return [key, pair.slice(at + 1).trim()] as const;
      throw new AutodError("ARGUMENT_INVALID", `edit takes KEY=VALUE, not ${pair}`);
    }),
  );
}

/**
 * Changes what was read in a document, and moves its file to where that belongs. One that could not be read is
 * filed by hand so. Throws ARGUMENT_INVALID where a value is none that the field can have.
 */
export function editDocument(
  record: DocumentRecord,
  edits: Edits,
  deciding: Deciding,
): Promise<Decided> {
  const { settings } = deciding.profileOf(record.profile);
  return decide(record, deciding, (now) => {
    const { id, status, extraction } = now;
    const isByHand = status === "quarantined";
    if (extraction === null && !isByHand) return "it was not read yet";
    const edited = editExtraction(extraction ?? unread(settings), edits, settings);
    const checks = now.checks.filter((check) => !isSettled(check.field, edits));
    const change = { extraction: edited, checks, error: isByHand ? null : now.error };
    return {
      decision: { by: "edit", change },
      say: (settled) => sentence(settled, id),
    };
  });
}

/** That the model is unsure says nothing once a person has looked. */
const isSettled = (field: string, edits: Edits): boolean =>
  field === "confidence" || edits.has(field);

function sentence({ status, filedAs, checks }: DocumentRecord, id: string): string {
  if (status === "archived") return `is filed as ${filedAs}`;
  if (status !== "review") return "is filed so once it is taken up";
  const left = checks.filter(({ hard }) => hard).map(({ field }) => field);
  return `stays in review for ${left.join(", ")}; autod accept ${id} files it as it is`;
}

/** What is known of a document that nothing was read in. */
const unread = ({ categories, fields }: Settings): Extraction => ({
  title: "",
  summary: "",
  category: categories.includes("Other") ? "Other" : (categories.at(-1) ?? ""),
  kind: "other",
  issuer: null,
  recipient: null,
  documentDate: null,
  dueDate: null,
  periodStart: null,
  periodEnd: null,
  currency: null,
  totalAmount: null,
  amountDue: null,
  references: [],
  actionItems: [],
  tags: [],
  language: "und",
  evidence: { issuer: null, documentDate: null, totalAmount: null },
  confidence: 1,
  ...(Object.keys(fields).length > 0 ? { fields: {} } : {}),
});

/** An extraction with some of its fields as a person says. Throws ARGUMENT_INVALID. */
export function editExtraction(before: Extraction, edits: Edits, settings: Settings): Extraction {
  const { evidence } = before;
  const changed: Record<string, unknown> = { ...before };
  const own: Record<string, unknown> = { ...before.fields };
  const seen: Record<string, unknown> = { ...evidence };
  for (const [name, text] of edits) {
    const field = Object.hasOwn(settings.fields, name) ? settings.fields[name] : undefined;
    if (field) own[name] = ownValue(name, text, field);
    else changed[name] = value(name, text, settings);
    // It is not from there that it was taken.
    if (Object.hasOwn(seen, name)) seen[name] = null;
  }
  const fields = Object.keys(own).length > 0 ? { fields: own } : {};
  const { data: edited, error } = shape.safeParse({ ...changed, ...fields, evidence: seen });
  if (!edited) throw invalid(String(error.issues[0]?.path[0]), `: ${error.issues[0]?.message}`);
  requirePossible(edited, edits, settings);
  return edited;
}

/** What a person says may be unlikely, or stand nowhere in the document; but it must be something that can be. */
function requirePossible(edited: Extraction, edits: Edits, settings: Settings): void {
  const { doubts } = keepPossible(edited, settings);
  const [first] = doubts.filter(({ field, hard }) => edits.has(field) && hard !== false);
  if (first) throw invalid(first.field, `: ${first.message}`);
}

const texts = [
  "issuer",
  "recipient",
  "documentDate",
  "dueDate",
  "periodStart",
  "periodEnd",
  "totalAmount",
  "amountDue",
];
const structured = ["references", "actionItems"];
const editable = [
  "title",
  "summary",
  "category",
  "kind",
  "currency",
  "tags",
  "language",
  ...texts,
  ...structured,
];

/** What a text means for a field. */
function value(name: string, text: string, settings: Settings): unknown {
  const { categories, tags } = settings;
  if (texts.includes(name)) return text || null;
  if (structured.includes(name)) return parsed(name, text);
  switch (name) {
    case "title":
    case "summary":
      return text;
    case "category":
      return oneOf(name, text, categories);
    case "kind":
      return oneOf(name, text, kinds);
    case "tags":
      return listOf(text).map((tag) => (tags.length > 0 ? oneOf(name, tag, tags) : tag));
    case "currency":
      return text.toUpperCase() || null;
    case "language":
      return text || "und";
    default:
      throw unknownField(name, [...editable, ...Object.keys(settings.fields)]);
  }
}

function ownValue(name: string, text: string, field: Settings["fields"][string]): unknown {
  if (field.list) return listOf(text).map((one) => oneValue(name, one, field));
  return text === "" ? null : oneValue(name, text, field);
}

function oneValue(name: string, text: string, { type, values }: Settings["fields"][string]) {
  switch (type) {
    case "string":
    case "date":
      return text;
    case "enum":
      return oneOf(name, text, values ?? []);
    case "boolean":
      if (["yes", "true"].includes(text)) return true;
      if (["no", "false"].includes(text)) return false;
      throw invalid(name, " is yes or no");
    case "number":
      if (text !== "" && Number.isFinite(Number(text))) return Number(text);
      throw invalid(name, " is a number, such as 12.5");
  }
}

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

function parsed(name: string, text: string): unknown {
  if (text === "") return [];
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(name, " is a list in JSON, as autod show --json prints it");
  }
}

function oneOf(name: string, text: string, known: readonly string[]): string {
  const found = known.find((one) => one.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(name, ` is one of ${known.join(", ")}`);
}

const invalid = (name: string, what: string): AutodError =>
  new AutodError("ARGUMENT_INVALID", name + what, {
    hint: "Nothing was changed. autod show ID --json says what is known, and KEY= makes it nothing.",
  });

function unknownField(name: string, known: readonly string[]): AutodError {
  const meant = nearest(name, known);
  return new AutodError("ARGUMENT_INVALID", `no field is called ${name}`, {
    hint: meant ? `Is it ${meant}?` : `There are ${known.join(", ")}.`,
  });
}
