/** A line of the document's text, as it stands there, without the white space around it. */
export interface Line {
  /** From 1. */
  readonly page: number;
  readonly text: string;
}

/** A value, and the words from which it was taken, copied exactly. */
export interface Found {
  readonly value: string;
  readonly page: number;
  readonly quote: string;
}

/** Of a long document its beginning and its end are looked at; more would only make the reading slow. */
const MAX_HEAD = 100_000;
const MAX_TAIL = 50_000;
const MAX_LINES = 1_500;
const MAX_LAST_LINES = 500;
const MAX_LINE = 300;

/** The lines of a document that are looked at. */
export function linesOf(pages: readonly string[]): readonly Line[] {
  const lines: Line[] = [];
  let left = MAX_HEAD;
  for (const [index, text] of pages.entries()) {
    const head = text.slice(0, left);
    const isLast = index === pages.length - 1;
    const tail = isLast ? text.slice(head.length).slice(-MAX_TAIL) : "";
    // Two parts, not one: what was cut out between them must not look like a word.
    lines.push(...linesOfPage(head, index + 1), ...linesOfPage(tail, index + 1));
    left -= head.length;
  }
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - MAX_LAST_LINES), ...lines.slice(-MAX_LAST_LINES)];
}

function linesOfPage(content: string, page: number): readonly Line[] {
  return content
    .split(/\r\n|\r|\n/)
    .map((raw) => ({ page, text: raw.slice(0, MAX_LINE).trim() }))
    .filter(({ text }) => text !== "");
}

/** Whether there is anything to read at all; a scan's text layer may hold a stray character or two. */
export function hasText(lines: readonly Line[]): boolean {
  const letters = lines.slice(0, 100).flatMap(({ text }) => text.match(/\p{L}/gu) ?? []);
  return letters.length >= 20;
}
