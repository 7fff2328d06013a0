import { basename, dirname, relative, sep } from "node:path";
import type { Folder } from "../document.ts";
import type { DocumentRecord } from "../store/record.ts";
import { judgeName } from "./judge.ts";

/** Where a document goes back to: where it came from, if it would be taken there, else the inbox itself. */
export function wayBack({ id, source }: DocumentRecord, { inbox, recursive }: Folder) {
  // A path that leads outside begins with "..", which is refused as hidden.
  const below = relative(inbox, source.path);
  const path = judgeName(below, recursive) === null ? below : source.name;
  const inside = dirname(path);
  const folders = inside === "." ? [] : inside.split(sep);
  return { id, root: inbox, folders, name: basename(path) };
}
