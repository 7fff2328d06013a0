import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Disagreement, Outline } from "./outline.ts";

interface Root {
  readonly path: (string | number)[];
  readonly label: string;
  /** As it was written, made absolute. */
  readonly named: string;
  readonly real: string;
}

/**
 * Inboxes that contain, or lie in, another inbox, an archive, a quarantine, dataDir or logs.dir.
 *
 * What autod writes there would be taken for what has just arrived. Real paths are compared; of what
 * doesn't exist yet, that of the nearest folder that does.
 */
export async function overlaps({ folders, dataDir, logs }: Outline): Promise<Disagreement[]> {
  const inboxes = await roots(folders.map(({ inbox }, at) => [["folders", at, "inbox"], inbox]));
  const others = await roots([
    ...folders.flatMap(({ archive, quarantine }, at): Place[] => [
      [["folders", at, "archive"], archive],
      [["folders", at, "quarantine"], quarantine],
    ]),
    [["dataDir"], dataDir],
    [["logs", "dir"], logs.dir],
  ]);
  return inboxes.flatMap((inbox, index) =>
    [...inboxes.slice(0, index), ...others].flatMap((other) => {
      const relation = compare(inbox.real, other.real);
      const message = `${relation} ${other.label} (${other.named})`;
      return relation === undefined ? [] : [{ path: inbox.path, message }];
    }),
  );
}

type Place = [path: (string | number)[], named: string | undefined];

async function roots(places: readonly Place[]): Promise<Root[]> {
  const found: Root[] = [];
  for (const [path, named] of places) {
    if (named === undefined) continue;
    const label = path.length === 3 ? `folders[${path[1]}].${path[2]}` : path.join(".");
    found.push({ path, label, named, real: await nearestReal(named) });
  }
  return found;
}

async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await nearestReal(parent), basename(path));
  }
}

function compare(inbox: string, other: string): "is" | "lies in" | "contains" | undefined {
  if (inbox === other) return "is";
  if (isWithin(inbox, other)) return "lies in";
  return isWithin(other, inbox) ? "contains" : undefined;
}

const isWithin = (path: string, folder: string) => !/^\.\.(\/|$)/.test(relative(folder, path));
