import type { Config } from "../config/schema.ts";
import type { Deduplicated, Inspected } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import type { Inspector } from "../pdf/inspector.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import { verdictOn } from "./verdict.ts";

/** Learns what is in the PDF, and refuses one that can't or mustn't be sent. */
export const inspect = (
  inspector: Pick<Inspector, "inspect">,
  limits: Config["limits"],
): ProcessingStage<Deduplicated, Omit<Inspected, keyof Deduplicated>> => ({
  name: "inspect",

  async run(document) {
    const { staged, bytes, profile, answer, pending, earlier } = document;
    if (answer && earlier) {
      // It has been read already: nothing will be sent, so nothing can speak against it.
      const { pages, textLayer } = earlier;
      return { pages: pages ?? 0, textLayer: textLayer ?? false, characters: 0, detail: "low" };
    }
    if (pending && earlier) {
      // It was looked at before it was sent, and what comes back of it is taken whatever the limits say now.
      const { pages, textLayer } = earlier;
      const known = { pages: pages ?? 0, textLayer: textLayer ?? false };
      return { ...known, characters: 0, detail: detailFor(profile, known.textLayer) };
    }
    const verdict = verdictOn(document);
    if (verdict) throw verdict;
    if (bytes > limits.maxBytes) {
      const message = `the file has ${grouped(bytes)} bytes, but limits.maxBytes is ${grouped(limits.maxBytes)}`;
      throw new AutodError("FILE_TOO_LARGE", message);
    }
    const { pages, textPages, characters } = await inspector.inspect(staged);
    if (pages > limits.maxPages) {
      const message = `the PDF has ${pages} pages, but limits.maxPages is ${limits.maxPages}`;
      throw new AutodError("TOO_MANY_PAGES", message);
    }
    const textLayer = textPages === pages;
    return { pages, textLayer, characters, detail: detailFor(profile, textLayer) };
  },
});

function detailFor({ settings }: Profile, textLayer: boolean): Inspected["detail"] {
  if (settings.detail !== "auto") return settings.detail;
  return textLayer ? "low" : "high";
}

/** "50,000,001" */
const grouped = (count: number): string => count.toLocaleString("en");
