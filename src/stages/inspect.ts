import type { Config } from "../config/schema.ts";
import type { Deduplicated } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import { detailFor, type Measure, type Measuring } from "./measure.ts";
import { verdictOn } from "./verdict.ts";

/** Learns what is in the PDF, and refuses one that can't or mustn't be sent. */
export function inspect(
  measure: Measuring,
  limits: Config["limits"],
): ProcessingStage<Deduplicated, Measure> {
  return {
    name: "inspect",

    async run(document) {
      const { staged, bytes, profile, answer, pending, earlier } = document;
      if (answer && earlier) {
        // It has been read already: nothing will be sent, so nothing can speak against it.
        const { pages, textLayer } = earlier;
        return { ...unmeasured, pages: pages ?? 0, textLayer: textLayer ?? false, detail: "low" };
      }
      if (pending && earlier) {
        // It was looked at before it was sent, and what comes back of it is taken whatever the limits say now.
        const { pages, textLayer } = earlier;
        const known = { pages: pages ?? 0, textLayer: textLayer ?? false };
        return { ...unmeasured, ...known, detail: detailFor(profile, known.textLayer) };
      }
      const verdict = verdictOn(document);
      if (verdict) throw verdict;
      requireFewBytes(bytes, limits);
      const measured = await measure(staged, profile);
      requireFewPages(measured.pages, limits);
      return measured;
    },
  };
}

/** What isn't sent needs no measure. */
const unmeasured = {
  characters: 0,
  tokens: 0,
  text: null,
  formats: [],
  promptCharacters: 0,
  promptTokens: 0,
  hints: "",
} as const;

/** Throws FILE_TOO_LARGE. */
export function requireFewBytes(bytes: number, { maxBytes }: Config["limits"]): void {
  if (bytes <= maxBytes) return;
  const message = `the file has ${grouped(bytes)} bytes, but limits.maxBytes is ${grouped(maxBytes)}`;
  throw new AutodError("FILE_TOO_LARGE", message);
}

/** Throws TOO_MANY_PAGES. */
export function requireFewPages(pages: number, { maxPages }: Config["limits"]): void {
  if (pages <= maxPages) return;
  const message = `the PDF has ${pages} pages, but limits.maxPages is ${maxPages}`;
  throw new AutodError("TOO_MANY_PAGES", message);
}

/** "50,000,001" */
const grouped = (count: number): string => count.toLocaleString("en");
