import type { Deduplicated, Hashed } from "../document.ts";
import { AutodError } from "../errors.ts";
import type * as Filing from "../filing/retire.ts";
import type { Recovery } from "../intake/recover.ts";
import type { Roots } from "../intake/roots.ts";
import { Halt, type ProcessingStage } from "../pipeline/stage.ts";
import { stands } from "../stands.ts";
import type { Holds } from "../store/holds.ts";
import { type DocumentRecord, idleWork, openAskOf } from "../store/record.ts";
import type { Store } from "../store/store.ts";

type Retire = typeof Filing.retire;

/** What the stage is handed. */
interface Means {
  readonly store: Pick<Store, "find" | "commit" | "update" | "newId">;
  readonly holds: Holds;
  readonly retire: Retire;
  readonly roots: Pick<Roots, "hiding">;
  readonly recovery: Pick<Recovery, "move">;
}

/** Takes the document's bytes for its own, or halts it as a duplicate of those that are known. */
export const dedupe = ({
  store,
  holds,
  retire,
  roots,
  recovery,
}: Means): ProcessingStage<Hashed, Omit<Deduplicated, keyof Hashed>> => ({
  name: "dedupe",

  async run(document, { held, signal }) {
    const { sha256 } = document;
    held.use(await holds.take(sha256, signal));
    const before = store.find(sha256);
    if (!before) {
      const id = store.newId(sha256);
      await store.commit(newRecord(document, id));
      return { id, answer: null, pending: null, earlier: null };
    }
    // Nobody else is at work on it: what looks as if its last move was cut off is so.
    await recovery.move(before);
    const known = store.find(sha256) ?? before;
    await requireSeen(known, document, roots);
    if (await standsElsewhere(known, document)) return new Halt(sha256);
    // Its disk may have gone away between the two looks.
    await requireSeen(known, document, roots);
    const twin = await withdrawTwin(known, document, retire);
    await store.update(sha256, (record) => takenUp(record, document, twin));
    return {
      id: known.id,
      answer: known.extraction,
      pending: openAskOf(known.work, known),
      earlier: known,
    };
  },
});

/** On a disk that is away nothing is gone: nothing is concluded of these bytes until it is back. */
async function requireSeen(
  known: DocumentRecord,
  { staged }: Hashed,
  roots: Pick<Roots, "hiding">,
): Promise<void> {
  const isThisOne = known.work?.staged === staged;
  // It is a duplicate wherever that one stands.
  const isPaidFor = known.status === "quarantined" && known.calls.length > 0;
  if (isThisOne || isPaidFor) return;
  const away = await roots.hiding(known);
  if (!away) return;
  const { root, why, error } = away;
  const message = `document ${known.id} has its bytes, and may stand in ${root}, which ${why}`;
  throw new AutodError(error.code, message, { hint: error.hint });
}

/**
 * Whether the document that is known is another file than this one, which is so its duplicate.
 *
 * Where that file is gone, this one takes its place; where it failed and cost nothing, it is tried again.
 */
async function standsElsewhere(known: DocumentRecord, { staged }: Hashed): Promise<boolean> {
  switch (known.status) {
    case "processing":
      return known.work !== null && known.work.staged !== staged && stands(known.work.staged);
    case "archived":
    case "review":
      return known.filedAs !== null && stands(known.filedAs, { size: known.bytes });
    case "quarantined":
      return known.calls.length > 0;
    case "waiting":
    case "undone": {
      const parked = known.waiting?.parked;
      if (parked) return parked.path !== staged && stands(parked.path, { ino: parked.ino });
      return known.work !== null && known.work.staged !== staged && stands(known.work.staged);
    }
  }
}

/** The file that failed before these bytes came again: it is one too many now. */
async function withdrawTwin(
  { status, filedAs, sha256 }: DocumentRecord,
  { folder, claimId }: Hashed,
  retire: Retire,
): Promise<DocumentRecord["duplicates"]> {
  if (status !== "quarantined" || filedAs === null || !(await stands(filedAs))) return [];
  const movedTo = await retire({ from: filedAs, root: folder.archive, id: claimId, sha256 });
  return [{ path: filedAs, seenAt: new Date().toISOString(), movedTo }];
}

function newRecord(document: Hashed, id: string): DocumentRecord {
  const { sha256, bytes, folder, profile, staged } = document;
  const now = new Date().toISOString();
  return {
    id,
    sha256,
    status: "processing",
    waiting: null,
    folder: folder.name,
    profile: profile.key,
    profileRevision: profile.revision,
    source: sourceOf(document),
    bytes,
    pages: null,
    textLayer: null,
    extraction: null,
    checks: [],
    calls: [],
    costUsd: "0",
    estimate: null,
    upload: null,
    filedAs: null,
    duplicates: [],
    possibleDuplicateOf: null,
    error: null,
    attempts: 1,
    timings: {},
    work: { ...newWork, staged },
    history: [],
    createdAt: now,
    updatedAt: now,
  };
}

const newWork = { ...idleWork, step: "claimed" } as const;

/** What was read, or is about to be, stays with the profile that asked; what hasn't been is this arrival's to read. */
function takenUp(
  record: DocumentRecord,
  document: Hashed,
  twin: DocumentRecord["duplicates"],
): Partial<DocumentRecord> {
  const { folder, profile, staged } = document;
  const { extraction, work } = record;
  const reader = { profile: profile.key, profileRevision: profile.revision, reread: null };
  return {
    ...(extraction || work?.responseId ? {} : reader),
    status: "processing",
    waiting: null,
    error: null,
    folder: folder.name,
    source: sourceOf(document),
    attempts: record.attempts + 1,
    filedAs: null,
    duplicates: [...record.duplicates, ...twin],
    // What the server still keeps is deleted in the end, whatever comes between.
    work: work?.responseId
      ? { ...work, staged }
      : { ...newWork, staged, stored: work?.stored ?? [] },
  };
}

function sourceOf({ path, arrivedAt }: Hashed): DocumentRecord["source"] {
  return { path, name: path.slice(path.lastIndexOf("/") + 1), arrivedAt };
}
