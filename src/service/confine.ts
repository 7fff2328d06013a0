import { realpath } from "node:fs/promises";
import { isHomely, isWithin, reachOf, rootsIn } from "./reach.ts";
import type { Plan } from "./supervisor.ts";
import { pathItem, type Values } from "./unit.ts";

/** The lines of a unit that let autod write to its folders, and to nothing else. */
export async function confine({ config, program }: Plan): Promise<Values> {
  const named = reachOf(config);
  // What a link leads to must be let write to, too.
  const real = await Promise.all([...rootsIn(config.folders), ...named].map(realOrSame));
  const all = without([...named, ...real]);
  const seen = await Promise.all([program.node, program.main].map(realOrSame));
  return {
    ReadWritePaths: all.length === 0 ? [] : [all.map(pathItem).join(" ")],
    // Not by a tmpfs with the folders bound into it: they would lie on another disk there than commands see.
    ProtectHome: [[...all, ...seen].some(isHomely) ? "read-only" : "yes"],
  };
}

/** What StateDirectory and CacheDirectory of the unit give. */
const given = ["/var/lib/autod", "/var/cache/autod"];

/** Each of the paths that isn't reached by another, or by those that are given. */
function without(paths: readonly string[]): string[] {
  const all = [...new Set(paths)].toSorted();
  const around = [...given, ...all];
  return all.filter(
    (path) =>
      !around.some((other) => path !== other && isWithin(path, other)) && !given.includes(path),
  );
}

const realOrSame = (path: string): Promise<string> => realpath(path).catch(() => path);
