import type { Standard } from "../../src/checks/checks.ts";
import type { Extraction } from "../../src/extraction.ts";
import { profileWith } from "../openai/asking.ts";
import { seededRecord } from "../helpers/seeded-store.ts";

/** An extraction that nothing speaks against. */
export const read = seededRecord(1).extraction as Extraction;

/** The settings of a profile, with these changes. */
export const settingsWith = (change: Partial<Standard["settings"]> = {}): Standard["settings"] => ({
  ...profileWith().settings,
  ...change,
});

/** What is known of a document of which there is no text. */
export const standard: Standard = {
  settings: settingsWith(),
  text: null,
  aliasesOf: () => [],
  today: "2026-02-01",
};
