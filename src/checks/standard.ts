import type { Config } from "../config/schema.ts";

/** What an extraction is held against. */
export interface Standard {
  readonly settings: Pick<
    Config["profiles"][string],
    "me" | "categories" | "fields" | "name" | "folder" | "review"
  >;
  /** The text of each page, "" where a page has none; null where it isn't known: then nothing is said of it. */
  readonly text: readonly string[] | null;
  /** Other names under which an issuer is known to stand in documents. */
  readonly aliasesOf: (issuer: string) => readonly string[];
  /** The local day, "2026-01-31". */
  readonly today: string;
}
