import type { Extraction } from "../extraction.ts";
import type { Filing, Move } from "./filing.ts";
import { moveFile } from "./move.ts";
import { type Reason, reasonBeside } from "./reason.ts";
import { archiveFolder, archiveName, ownName } from "./name.ts";

/** Below the archive: where documents stand that a person is to look at. */
export const reviewFolder = "_review";

/** What a document's place in the archive is made of. */
export interface Readable {
  readonly extraction: Extraction;
  /** The profile's templates, as in "{year}/{category}" and "{documentDate} {issuer} - {title}". */
  readonly templates: { readonly folder: string; readonly name: string };
  /** The name it arrived with. */
  readonly original: string;
  /** A check failed: it goes to `_review` under its own name, for what was read may be wrong. */
  readonly review: boolean;
}

/** The folders below the archive that a document belongs into, and its name there. */
export type Target = Pick<Move, "name"> & { readonly folders: readonly string[] };

/** Where a document belongs by what was read in it; equal inputs give equal places. */
export function targetFor({ extraction, templates, original, review }: Readable): Target {
  if (review) return { folders: [reviewFolder], name: ownName(original) };
  return {
    folders: archiveFolder(templates.folder, extraction, original),
    name: archiveName(templates.name, extraction, original),
  };
}

/**
 * Puts a document into the archive, and returns its path; errors as `moveFile`. With a reason it is one that a
 * person is to look at: the reason stands beside it, and is durable first.
 */
export function put({
  reason,
  ...document
}: Filing & Target & { readonly reason?: Reason | null }): Promise<string> {
  return moveFile(reason ? { ...document, companion: reasonBeside(document, reason) } : document);
}
