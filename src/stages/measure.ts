import type { Deduplicated, Inspected } from "../document.ts";
import type { Profile } from "../openai/profile.ts";
import type { Inspector } from "../pdf/inspector.ts";
import type { OpeningOf } from "./opening.ts";

/** What reading a PDF depends on, as far as it can be known before. */
export type Measure = Omit<Inspected, keyof Deduplicated>;

/** Measures a PDF as a profile would send it; throws as the inspector does, and as its opening. */
export type Measuring = (path: string, profile: Profile) => Promise<Measure>;

export function openMeasuring(
  inspector: Pick<Inspector, "inspect" | "tokens">,
  openingOf: OpeningOf,
): Measuring {
  /** A profile says the same beside each document. */
  const counted = new Map<string, number>();
  const promptTokens = async ({ prompt }: Profile): Promise<number> => {
    const tokens = counted.get(prompt) ?? (await inspector.tokens(prompt));
    counted.set(prompt, tokens);
    return tokens;
  };

  return async (path, profile) => {
    const inspection = await inspector.inspect(path, await openingOf(profile));
    const { pages, textPages, characters, tokens, formats } = inspection;
    const textLayer = textPages === Math.min(pages, profile.settings.maxPages ?? pages);
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
  };
}

/** Pages without a text layer have to be looked at closely. */
export function detailFor({ settings }: Profile, textLayer: boolean): Inspected["detail"] {
  if (settings.detail !== "auto") return settings.detail;
  return textLayer ? "low" : "high";
}
