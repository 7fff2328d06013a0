import { stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Folder } from "../../document.ts";
import { AutodError } from "../../errors.ts";
import { targetFor } from "../../filing/archive.ts";
import { isNumbered } from "../../filing/land.ts";
import { moveFile } from "../../filing/move.ts";
import { ownName } from "../../filing/name.ts";
import { reasonBeside } from "../../filing/reason.ts";
import type { Profile } from "../../openai/profile.ts";
import { type Before, beforeNow, type Deed } from "../../store/history.ts";
import { type DocumentRecord, idleWork, needsReview } from "../../store/record.ts";
import type { Store } from "../../store/store.ts";
import { leftOf } from "../change.ts";
import { removeEmptied } from "../emptied.ts";
import { isBelow } from "../mount.ts";
import { dropReason, reasonOf, reviewReasonOf } from "../reason.ts";
import type { Roots } from "../roots.ts";
import { type Marking, remarkTwins } from "../twins.ts";

/** What a person decided about a document that was filed. */
export interface Decision {
  readonly by: Deed["by"];
  /** What is known of it from now on. */
  readonly change: Partial<Before & Pick<DocumentRecord, "reread">>;
  /** Where it goes; if not told, where its new name leads. */
  readonly target?: string;
}

/** What documents are filed again with. */
export interface Refiling extends Marking {
  readonly store: Pick<Store, "find" | "update" | "all">;
  readonly roots: Pick<Roots, "require" | "durable" | "at">;
  readonly profileOf: (key: string) => Profile;
}

/**
 * Changes what is known of a document, and moves its file to where that belongs: to the archive, to review where
 * something speaks against what was read, or to quarantine where nothing was. Never over another file.
 *
 * Killed at any instant, it is finished by `finishRefiling`. Gives the record as it is then; errors as `moveFile`.
 */
export async function refile(
  record: DocumentRecord,
  folder: Folder,
  decision: Decision,
  refiling: Refiling,
): Promise<DocumentRecord> {
  const intended = await refiling.store.update(record.sha256, (now) =>
    intend(now, folder, decision, refiling.profileOf),
  );
  return await finishRefiling(intended, folder, refiling);
}

/** All that is about to happen is durable before the file moves. */
function intend(
  now: DocumentRecord,
  folder: Folder,
  { by, change, target }: Decision,
  profileOf: Refiling["profileOf"],
): Partial<DocumentRecord> {
  const { filedAs, history, work } = now;
  const changed = { ...now, ...change };
  const at = new Date().toISOString();
  return {
    ...change,
    work: {
      ...idleWork,
      staged: filedAs ?? "",
      step: "file",
      target: target ?? targetOf(changed, folder, profileOf(changed.profile)),
      stored: work?.stored ?? [],
    },
    history: [...history, { at, by, before: beforeNow(now), from: filedAs, to: null }],
  };
}

/** Where a document belongs by what is known of it. */
function targetOf(
  record: DocumentRecord,
  { archive, quarantine }: Folder,
  { settings: templates }: Profile,
): string {
  const { extraction, source } = record;
  const original = source.name;
  if (extraction === null) return join(quarantine, ownName(original));
  const review = needsReview(record);
  const { folders, name } = targetFor({ extraction, templates, original, review });
  return join(archive, ...folders, name);
}

/** Does, or goes on with, what a record says is about to become of a document. */
export async function finishRefiling(
  record: DocumentRecord,
  folder: Folder,
  refiling: Refiling,
): Promise<DocumentRecord> {
  const { store, roots } = refiling;
  const { sha256, extraction } = record;
  const from = record.filedAs ?? "";
  const to = await moveToTarget(record, folder, roots);
  const filed = needsReview(record) ? "review" : "archived";
  const moved = await store.update(sha256, ({ history }) => ({
    status: extraction === null ? "quarantined" : filed,
    filedAs: to,
    waiting: null,
    history: [...history.slice(0, -1), ...history.slice(-1).map((deed) => ({ ...deed, to }))],
  }));
  // Before it is done: what is cut off here is done again.
  await remarkTwins(moved, refiling);
  const settled = await store.update(sha256, (now) => ({ work: leftOf(now) }));
  // Where nothing was there to be moved, the folders that were made for it.
  const left = to === from ? (record.work?.target ?? from) : from;
  if (!(await roots.at(folder.archive))) await removeEmptied(left, folder);
  return settled;
}

/** Where the file stands then; where it stood before, if it is gone from there. */
async function moveToTarget(
  record: DocumentRecord,
  folder: Folder,
  roots: Refiling["roots"],
): Promise<string> {
  const { archive, quarantine } = folder;
  const { id, sha256, work } = record;
  const from = record.filedAs ?? "";
  const target = work?.target ?? from;
  const root = [archive, quarantine].find((one) => isBelow(target, one)) ?? dirname(target);
  const filing = { from, root, id, sha256, footing: roots };
  const reason = record.extraction === null ? failureReason(record) : reviewReasonOf(record);
  const companion = reason ? reasonBeside(filing, reason) : undefined;
  if (
    dirname(target) === dirname(from) &&
    isNumbered(basename(from), basename(target), companion?.suffix)
  ) {
    if (companion) await companion.put(from, await stat(root));
    else await dropReason(from, folder);
    return from;
  }
  try {
    const folders = relative(root, dirname(target)).split(sep).filter(Boolean);
    const to = await moveFile({ ...filing, folders, name: basename(target), companion });
    await dropReason(from, folder);
    return to;
  } catch (error) {
    if (error instanceof AutodError && error.code === "FILE_MISSING") return from;
    throw error;
  }
}

const failureReason = (record: DocumentRecord) =>
  record.error === null ? null : reasonOf(record, record.error);
