import type { Line } from "../../../src/sandbox/reading/lines.ts";

/** The lines of one page. */
export function written(...texts: readonly string[]): readonly Line[] {
  return texts.map((text) => ({ page: 1, text }));
}
