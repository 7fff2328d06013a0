import type { Deduplicated, Inspected } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import type { Inspector } from "../pdf/inspector.ts";

/** What reading a PDF depends on, as far as it can be known before. */
export type Measure = Omit<Inspected, keyof Deduplicated>;

/** Measures a PDF as a profile would send it; throws as the inspector does, and TEXT_MISSING. */
export type Measuring = (path: string, profile: Profile) => Promise<Measure>;

export function openMeasuring(inspector: Pick<Inspector, "inspect" | "tokens">): Measuring {
  /** A profile says the same beside each document. */
  const counted = new Map<string, number>();
  const promptTokens = async ({ prompt }: Profile): Promise<number> => {
    const tokens = counted.get(prompt) ?? (await inspector.tokens(prompt));
    counted.set(prompt, tokens);
    return tokens;
  };

  return async (path, profile) => {
    const { pages, textPages, characters, tokens, formats } = await inspector.inspect(path);
    requireText(textPages, profile);
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
  };
}

/** Where only the text is sent there must be some. */
function requireText(textPages: number, { settings }: Profile): void {
  if (settings.input !== "text" || textPages > 0) return;
  throw new AutodError(
    "TEXT_MISSING",
    "no page of the PDF has text, and nothing else would be sent",
  );
}

/** Pages without a text layer have to be looked at closely. */
export function detailFor({ settings }: Profile, textLayer: boolean): Inspected["detail"] {
  if (settings.detail !== "auto") return settings.detail;
  return textLayer ? "low" : "high";
}
