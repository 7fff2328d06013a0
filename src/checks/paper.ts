import { type Passage, passageOf } from "./passage.ts";

/** The text layer of a document. */
export interface Paper {
  readonly pages: readonly Passage[];
  readonly whole: Passage;
  /** Whether each page can be read, so that what isn't found isn't there. */
  readonly complete: boolean;
}

export function paperOf(text: readonly string[]): Paper {
  let left = MOST_TEXT;
  const begun = text.map((page) => {
    const kept = page.slice(0, left);
    left -= kept.length;
    return kept;
  });
  const pages = begun.map((page) => passageOf(page));
  const fold = () => pages.map(({ folded }) => folded).join("\n");
  return {
    pages,
    whole: passageOf(begun.join("\n"), fold),
    complete: text.length > 0 && left > 0 && begun.every(isLegible),
  };
}

/** Characters that are looked through: so many take a fifth of a second. Of what comes after them nothing is said. */
const MOST_TEXT = 200_000;

/** A scan may have a stamp of a few letters; a font that doesn't say what its letters are gives signs of no meaning. */
function isLegible(page: string): boolean {
  const signs = page.replace(/\s+/g, "");
  const unknown = signs.match(/[\p{Co}\p{Cc}\uFFFD]/gu)?.length ?? 0;
  return signs.length >= LEAST_TEXT && unknown * 4 < signs.length;
}

/** Characters of which a page has some more than a stamp. */
const LEAST_TEXT = 16;
