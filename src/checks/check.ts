/** What can be wrong with a field. */
export type CheckCode =
  | "DATE_IMPOSSIBLE"
  | "DATE_IMPLAUSIBLE"
  | "AMOUNT_UNREADABLE"
  | "AMOUNT_IMPLAUSIBLE"
  | "CURRENCY_UNKNOWN"
  | "LANGUAGE_UNKNOWN"
  | "CATEGORY_UNKNOWN"
  | "TOO_LONG"
  | "FIELD_WRONG"
  | "ISSUER_IS_ME"
  | "QUOTE_NOT_FOUND"
  | "NOT_IN_DOCUMENT"
  | "CONFIDENCE_LOW";

/** Something about an extraction that is not as it should be. */
export interface Check {
  readonly field: string;
  readonly code: CheckCode;
  /** Hard: a person must look before it is filed under this name. */
  readonly hard: boolean;
  /** One line for a person; of what the model said it quotes the beginning. */
  readonly message: string;
}

/** A check that failed and isn't weighed yet: it is as hard as its field matters, unless it says so itself. */
export interface Doubt extends Omit<Check, "hard"> {
  readonly hard?: boolean;
}

/** That the document doesn't say what was read. */
export const notSaid = (field: string, value: unknown): Doubt => ({
  field,
  code: "NOT_IN_DOCUMENT",
  message: `${quoted(value)} is not in the document`,
});

/** The beginning of what the model said, in quotes, on one line. */
export function quoted(said: unknown): string {
  if (typeof said !== "string") return JSON.stringify(said).slice(0, MAX_LENGTH);
  return JSON.stringify(said.length > MAX_LENGTH ? `${said.slice(0, MAX_LENGTH - 1)}…` : said);
}

const MAX_LENGTH = 60;
