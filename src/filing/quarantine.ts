import { unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "../errors.ts";
import type { Filing } from "./filing.ts";
import { syncFolder } from "../sync.ts";
import { moveFile } from "./move.ts";
import { ownName } from "./name.ts";
import { reasonBeside, reasonSuffix, type Reason } from "./reason.ts";
import { trouble } from "./trouble.ts";

/** A document that a person has to look at. */
export interface Rejected extends Filing {
  /** The name it arrived with. */
  readonly name: string;
  readonly reason: Reason;
}

/**
 * Puts a document into quarantine under its own name, with its reason as NAME.pdf.reason.json beside it.
 *
 * The reason is durable first. Killed in between, it stands there alone, and the next call for the
 * same id takes it over. Returns the document's new path; errors as `moveFile`.
 */
export async function put({ reason, name, ...filing }: Rejected): Promise<string> {
  const companion = reasonBeside(filing, reason);
  return await moveFile({ ...filing, name: ownName(name), companion });
}

/** Removes the reason beside a document that was taken out of quarantine; one that is gone already is no error. */
export async function release(path: string): Promise<void> {
  try {
    await unlink(`${path}${reasonSuffix}`);
    await syncFolder(dirname(path));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    throw await trouble(error, { from: path, root: dirname(path) });
  }
}
