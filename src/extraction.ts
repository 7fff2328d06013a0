import { z } from "zod";

/** What a document can be. */
export const kinds = [
  "invoice",
  "receipt",
  "statement",
  "letter",
  "contract",
  "certificate",
  "form",
  "report",
  "ticket",
  "manual",
  "other",
] as const;

/** The categories a profile has unless it names its own. */
export const defaultCategories = [
  "Banking",
  "Business",
  "Education",
  "Employment",
  "Government",
  "Health",
  "Household",
  "Insurance",
  "Legal",
  "Property",
  "Purchases",
  "Taxes",
  "Travel",
  "Utilities",
  "Vehicle",
  "Other",
] as const;

// The shape alone is held against the schema; whether a date exists or an amount is one is checked after
// (checks/), for one impossible date must not cost all the rest.
const date = z.string().meta({ format: "date" });
const decimal = z.string().meta({ pattern: "^-?[0-9]+(\\.[0-9]+)?$" });
const currency = z.string().meta({ pattern: "^[A-Z]{3}$" });
const evidence = z.object({ page: z.int().min(1), quote: z.string() }).nullable();

/**
 * What the model read in a document, as it is kept in its record.
 *
 * `fields` holds what a profile asked for beyond the default fields.
 */
export const extraction = z.object({
  title: z.string(),
  summary: z.string(),
  category: z.string(),
  kind: z.enum(kinds),
  issuer: z.string().nullable(),
  recipient: z.string().nullable(),
  documentDate: date.nullable(),
  dueDate: date.nullable(),
  periodStart: date.nullable(),
  periodEnd: date.nullable(),
  currency: currency.nullable(),
  totalAmount: decimal.nullable(),
  amountDue: decimal.nullable(),
  references: z.array(z.object({ label: z.string(), value: z.string() })),
  actionItems: z.array(
    z.object({
      what: z.string(),
      due: date.nullable(),
      priority: z.enum(["low", "normal", "high"]),
    }),
  ),
  tags: z.array(z.string()).max(8),
  language: z.string(),
  evidence: z.object({ issuer: evidence, documentDate: evidence, totalAmount: evidence }),
  confidence: z.number().min(0).max(1),
  fields: z.record(z.string(), z.unknown()).optional(),
});

export type Extraction = z.infer<typeof extraction>;
