import type { Extraction } from "../extraction.ts";
import type { Filing } from "./filing.ts";
import { moveFile } from "./move.ts";
import { archiveFolder, archiveName, ownName } from "./name.ts";

/** A document that was read. */
export interface Readable extends Filing {
  readonly extraction: Extraction;
  /** The profile's templates, as in "{year}/{category}" and "{documentDate} {issuer} - {title}". */
  readonly templates: { readonly folder: string; readonly name: string };
  /** The name it arrived with. */
  readonly original: string;
  /** A check failed: it goes to `_review` under its own name, for what was read may be wrong. */
  readonly review?: boolean | undefined;
}

/** Puts a document into the archive under a name made of what was read, and returns its path; errors as `moveFile`. */
export async function put(document: Readable): Promise<string> {
  const { extraction, templates, original, review, ...filing } = document;
  if (review) return await moveFile({ ...filing, folders: ["_review"], name: ownName(original) });
  return await moveFile({
    ...filing,
    folders: archiveFolder(templates.folder, extraction, original),
    name: archiveName(templates.name, extraction, original),
  });
}
