import { closestMatch } from "leven";

/** The known name that is probably meant, if one is near: one that begins so, or differs in `far` letters at most. */
export function nearest(
  name: string,
  known: readonly string[],
  far = Math.max(1, name.length / 2),
): string | undefined {
  const start = name.toLowerCase();
  const begun = start ? known.find((one) => one.toLowerCase().startsWith(start)) : undefined;
  return begun ?? closestMatch(name, known, { maxDistance: far });
}
