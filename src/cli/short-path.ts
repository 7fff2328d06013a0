import { basename, relative, sep } from "node:path";
import type { Config } from "../config/schema.ts";
import { escapeText } from "./escape.ts";

/** A path for eyes: below the root of a folder that it lies in, else whole; without its folders where they leave no room. */
export function shortPath(path: string, folders: Config["folders"], room: number): string {
  const [nearest] = folders
    .flatMap(({ inbox, archive, quarantine }) => [inbox, archive, quarantine])
    .filter((root) => path.startsWith(root + sep))
    .toSorted((a, b) => b.length - a.length);
  const below = escapeText(nearest === undefined ? path : relative(nearest, path));
  return below.length <= room || !below.includes(sep) ? below : `…/${escapeText(basename(path))}`;
}
