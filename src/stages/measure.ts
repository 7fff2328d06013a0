import type { Deduplicated, Inspected } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import type { Inspector } from "../pdf/inspector.ts";
import type { OpeningOf } from "./opening.ts";

/** What reading a PDF depends on, as far as it can be known before. */
export type Measure = Omit<Inspected, keyof Deduplicated>;

/** Measures a PDF as a profile would send it; throws as the inspector does, as its opening, and TEXT_MISSING. */
export type Measuring = (path: string, profile: Profile) => Promise<Measure>;

/** `hintsOf` says what is known from earlier documents that a profile's server may be told. */
export function openMeasuring(
  inspector: Pick<Inspector, "inspect" | "tokens">,
  openingOf: OpeningOf,
  hintsOf: (profile: Profile) => string,
): Measuring {
  /** A profile says the same beside each document, and what is known changes seldom. */
  const counted = new Map<string, { readonly text: string; readonly tokens: number }>();
  const tokensOf = async (what: string, text: string): Promise<number> => {
    const last = counted.get(what);
    if (last?.text === text) return last.tokens;
    const tokens = text === "" ? 0 : await inspector.tokens(text);
    counted.set(what, { text, tokens });
    return tokens;
  };

  return async (path, profile) => {
    const inspection = await inspector.inspect(path, await openingOf(profile));
    const { pages, textPages, characters, tokens, formats, text } = inspection;
    requireText(textPages, profile);
    const {
      key,
      prompt,
      settings: { server, maxPages },
    } = profile;
    const textLayer = textPages === Math.min(pages, maxPages ?? pages);
    const hints = hintsOf(profile);
    return {
      pages,
      textLayer,
      characters,
      tokens,
      text,
      formats: profile.settings.input === "text" ? [] : formats,
      promptCharacters: prompt.length + hints.length,
      promptTokens: (await tokensOf(key, prompt)) + (await tokensOf(`hints for ${server}`, hints)),
      hints,
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
