import type { Disagreement, Outline } from "./outline.ts";
import { didYouMean } from "./wording.ts";

/** Where settings name what isn't there, or name two things alike. */
export const disagreements = (settings: Outline): Disagreement[] => [
  ...settings.folders.flatMap(({ name }, index) => {
    const first = settings.folders.findIndex((other) => other.name === name);
    if (name === undefined || first === index) return [];
    return [{ path: ["folders", index, "name"], message: `folders[${first}] has this name too` }];
  }),
  ...settings.folders.flatMap(({ profile }, index) =>
    missing(["folders", index, "profile"], profile, Object.keys(settings.profiles)),
  ),
  ...Object.entries(settings.profiles).flatMap(([name, { server }]) =>
    missing(["profiles", name, "server"], server, ["openai", ...Object.keys(settings.servers)]),
  ),
  ...wrongNames("profiles", Object.keys(settings.profiles)),
  ...wrongNames("servers", Object.keys(settings.servers)),
  ...(settings.openai !== undefined && settings.servers["openai"] !== undefined
    ? [{ path: ["servers", "openai"], message: "is the same as openai; keep one of them" }]
    : []),
];

function missing(
  path: (string | number)[],
  name: string | undefined,
  known: readonly string[],
): Disagreement[] {
  if (name === undefined || known.includes(name)) return [];
  const names = [...new Set(known)];
  const kind = path.at(-1);
  return [
    { path, message: `there is no ${kind} ${JSON.stringify(name)}${didYouMean(name, names)}` },
  ];
}

/** Servers give their names to files with keys. */
const wrongNames = (kind: string, names: readonly string[]): Disagreement[] =>
  names
    .filter((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    .map((name) => ({
      path: [kind, name],
      message: "a name is of letters, digits and . _ - (at most 64)",
    }));
