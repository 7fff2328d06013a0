import { AutodError } from "../errors.ts";

/** The lines of a unit by key, without the key: none removes it. */
export type Values = Readonly<Record<string, readonly string[]>>;

/**
 * A unit with the values of some keys replaced, and all else as it stands, comments too.
 *
 * What is commented out (`#Key=`) counts as there where it gets a value. Throws where the template lacks a key:
 * then it isn't the template that it should be.
 */
export function fillUnit(template: string, values: Values): string {
  const left = new Map(Object.entries(values));
  const lines = template.split("\n").flatMap((line) => {
    const [, mark = "", key = ""] = /^(#?)([A-Za-z]+)=/.exec(line) ?? [];
    const wanted = values[key];
    if (wanted === undefined || (mark !== "" && wanted.length === 0)) return [line];
    const isFirst = left.delete(key);
    return isFirst ? wanted.map((value) => `${key}=${value}`) : [];
  });
  const missing = [...left].flatMap(([key, lacking]) => (lacking.length > 0 ? [key] : []));
  if (missing.length > 0) throw new Error(`the unit has no ${missing.join(", ")} to fill in`);
  return lines.join("\n");
}

/** The values of a key in a unit. */
export const valuesIn = (unit: string, key: string): string[] =>
  unit
    .split("\n")
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));

/** Of several the first; undefined where there is none. */
export const valueIn = (unit: string, key: string): string | undefined => valuesIn(unit, key)[0];

/** A command line as ExecStart takes it, so that each word arrives as it is. The first is an absolute path. */
export function execLine([program = "", ...args]: readonly string[]): string {
  // In the program's own path the manager looks for no variables.
  return [word(program), ...args.map((one) => word(one).replaceAll("$", "$$$$"))].join(" ");
}

/** The words of such a command line. */
export function execWords(line: string): string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words.map((one, at) => {
    const bare = one.startsWith('"') ? one.slice(1, -1).replaceAll(/\\(.)/g, "$1") : one;
    const plain = bare.replaceAll("%%", "%");
    return at === 0 ? plain : plain.replaceAll("$$", "$");
  });
}

/** A variable as Environment takes it. */
export const assignment = (name: string, value: string): string => word(`${name}=${value}`);

function word(text: string): string {
  const escaped = oneLine(text).replaceAll("%", "%%");
  return plain.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A path in a list, as ReadWritePaths takes it: one that isn't there is none to fail for. */
export function pathItem(path: string): string {
  const escaped = oneLine(path).replaceAll(/["'\\]/g, String.raw`\$&`);
  const item = `-${escaped.replaceAll("%", "%%")}`;
  return /\s/.test(item) ? `"${item}"` : item;
}

const plain = /^[\w@%+=:,./$-]+$/;

function oneLine(text: string): string {
  if (!/\p{Cc}/v.test(text)) return text;
  throw new AutodError("ARGUMENT_INVALID", `a unit can't name ${text}`, {
    hint: "Give it a name without line breaks and other control characters.",
  });
}
