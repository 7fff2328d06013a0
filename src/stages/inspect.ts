import type { Config } from "../config/schema.ts";
import type { Deduplicated, Inspected } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import type { Inspector } from "../pdf/inspector.ts";
import type { ProcessingStage } from "../pipeline/stage.ts";
import { verdictOn } from "./verdict.ts";

/** Learns what is in the PDF, and refuses one that can't or mustn't be sent. */
export function inspect(
  inspector: Pick<Inspector, "inspect" | "tokens">,
  limits: Config["limits"],
): ProcessingStage<Deduplicated, Omit<Inspected, keyof Deduplicated>> {
  /** A profile says the same beside each document. */
  const counted = new Map<string, number>();
  const promptTokens = async ({ prompt }: Profile): Promise<number> => {
    const tokens = counted.get(prompt) ?? (await inspector.tokens(prompt));
    counted.set(prompt, tokens);
    return tokens;
  };

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
      if (bytes > limits.maxBytes) {
        const message = `the file has ${grouped(bytes)} bytes, but limits.maxBytes is ${grouped(limits.maxBytes)}`;
        throw new AutodError("FILE_TOO_LARGE", message);
      }
      const { pages, textPages, characters, tokens, formats } = await inspector.inspect(staged);
      if (pages > limits.maxPages) {
        const message = `the PDF has ${pages} pages, but limits.maxPages is ${limits.maxPages}`;
        throw new AutodError("TOO_MANY_PAGES", message);
      }
      const textLayer = textPages === pages;
      return {
        pages,
        textLayer,
        characters,
        tokens,
        formats: profile.settings.input === "text" ? [] : formats,
        promptCharacters: profile.prompt.length,
        promptTokens: await promptTokens(profile),
        detail: detailFor(profile, textLayer),
      };
    },
  };
}

/** What isn't sent needs no measure. */
const unmeasured = {
  characters: 0,
  tokens: 0,
  formats: [],
  promptCharacters: 0,
  promptTokens: 0,
} as const;

function detailFor({ settings }: Profile, textLayer: boolean): Inspected["detail"] {
  if (settings.detail !== "auto") return settings.detail;
  return textLayer ? "low" : "high";
}

/** "50,000,001" */
const grouped = (count: number): string => count.toLocaleString("en");
