import { squeeze } from "./fold.ts";
import type { Paper } from "./paper.ts";
import { type Passage, passageOf } from "./passage.ts";

/** Where a quote stands. */
export interface Quote {
  /** The page, from 1: the one that was named, or the first of all others; null where it stands nowhere. */
  readonly page: number | null;
  readonly passage: Passage;
}

/** Looks for a quote on the page that it is said to be from, then on all; null if it has no word. */
export function findQuote(paper: Paper, page: number, quote: string): Quote | null {
  const passage = passageOf(quote.slice(0, MAX_QUOTE));
  // What was left out is marked.
  const pieces = passage.folded
    .split(/\.{3,}/)
    .map(squeeze)
    .filter((piece) => piece !== "");
  if (pieces.length === 0) return null;
  const has = ({ letters }: Passage) => pieces.every((piece) => letters.includes(piece));
  const named = paper.pages[page - 1];
  if (named && has(named)) return { page, passage };
  const other = paper.pages.findIndex(has);
  if (other !== -1) return { page: other + 1, passage };
  // It may begin on one page, and end on the next.
  return { page: has(paper.whole) && named ? page : null, passage };
}

/** Characters of a quote that are looked at. */
const MAX_QUOTE = 400;
