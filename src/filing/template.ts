import { placeholder } from "../placeholder.ts";

/** What became of a template. */
export interface Filled {
  readonly text: string;
  /** Whether it has placeholders, and all of them were empty. */
  readonly empty: boolean;
}

/**
 * Puts values in the place of `{key}`, `{key:format}`, `{key|default}` and `{key:format|default}`.
 *
 * An empty value vanishes with the separator beside it: the one behind it, or at the end the one
 * before it; brackets around nothing vanish as well. A default fills the place, but isn't a value.
 */
export function fill(template: string, valueOf: (key: string, format?: string) => string): Filled {
  const [prefix = "", ...rest] = template.split(placeholder);
  let text = "";
  let gap = prefix;
  let empty = rest.length > 0;
  for (let at = 0; at < rest.length; at += 4) {
    const [key = "", format, fallback, after = ""] = rest.slice(at, at + 4);
    const value = valueOf(key.trim(), format);
    if (value !== "") empty = false;
    const shown = value || (fallback ?? "");
    const last = at + 4 === rest.length;
    if (shown !== "") text += gap + shown;
    gap = shown === "" ? closeGap(gap, after, last) : after;
  }
  return { text: text + gap, empty };
}

const separatorsFirst = /^[^\p{L}\p{N}()[\]]+/u;
const separatorsLast = /[^\p{L}\p{N}()[\]]+$/u;

/** What stays of the text before and after a placeholder that came to nothing. */
function closeGap(before: string, after: string, last: boolean): string {
  const inside = /[([]\s*$/.exec(before);
  const outside = /^\s*[)\]]/.exec(after);
  if (inside && outside) {
    return closeGap(before.slice(0, inside.index), after.slice(outside[0].length), last);
  }
  const behind = after.replace(separatorsFirst, "");
  const ends = behind === "" ? last : /^[)\]]/.test(behind);
  return (ends ? before.replace(separatorsLast, "") : before) + behind;
}
