import { setTimeout } from "node:timers/promises";
import PQueue from "p-queue";
import type { Logger } from "pino";
import { loggable } from "../log.ts";
import type { Extractor } from "../openai/extractor.ts";
import type { Files } from "../openai/files.ts";
import type { Profile } from "../openai/profile.ts";
import { type DocumentRecord, senderOf } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { leftOf } from "./change.ts";

/** Deletes what servers still keep of documents that have ended. */
export interface Broom {
  /** Begins to, in the background, where anything of the document is left; never fails. */
  readonly clean: (sha256: string) => void;
  /** Resolves when nothing is left, or all that is has to wait for the next start. */
  readonly idle: () => Promise<void>;
}

export interface BroomSettings {
  readonly store: Pick<Store, "find" | "update">;
  readonly profileOf: (key: string) => Profile;
  readonly filesOf: (profile: Profile) => Pick<Files, "remove">;
  readonly extractorOf: (profile: Profile) => Pick<Extractor, "remove">;
  /** How many documents at a time. */
  readonly concurrency: number;
  /** Between two tries: the first wait and the longest, in milliseconds. */
  readonly retry: { readonly minDelay: number; readonly maxDelay: number };
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  /** Ends what is under way. */
  readonly deadline: AbortSignal;
  readonly log: Logger;
}

/** Tries for as long as it takes: what the record says is left is taken up again by the next start. */
export function openBroom(settings: BroomSettings): Broom {
  const { store, concurrency, retry, signal, deadline, log } = settings;
  const queue = new PQueue({ concurrency });
  const busy = new Map<string, Promise<void>>();

  const cleanUp = async (sha256: string) => {
    let wait = retry.minDelay;
    // Of what ends while autod stops there is time for one try.
    for (let tries = 1; tries === 1 ? !deadline.aborted : !signal.aborted; tries += 1) {
      const record = leftBehind(sha256);
      if (!record) break;
      try {
        await queue.add(() => removeAll(record, settings));
        continue;
      } catch (error) {
        const { id, folder, source } = record;
        const about = { folder, path: source.path, id, sha256, error: loggable(error) };
        if (tries === 1) log.warn(about, "upload or answer not deleted yet");
      }
      await setTimeout(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(2 * wait, retry.maxDelay);
    }
  };
  const leftBehind = (sha256: string) => {
    const record = store.find(sha256);
    return record && isLeft(record) ? record : null;
  };

  return {
    clean(sha256) {
      if (!leftBehind(sha256) || busy.has(sha256) || deadline.aborted) return;
      const done = cleanUp(sha256).finally(() => busy.delete(sha256));
      busy.set(sha256, done);
    },
    async idle() {
      while (busy.size > 0) await Promise.all(busy.values());
    },
  };
}

/** Whether a server still keeps anything of a document that has no more use for it. */
function isLeft(record: DocumentRecord): boolean {
  const { status, work, extraction } = record;
  if (leftOf(record) === null) return false;
  // One that was read, and waits for its place, may wait for long.
  const isDone = work === null || work.step === "delete";
  return isDone || (status === "waiting" && extraction !== null);
}

async function removeAll(record: DocumentRecord, settings: BroomSettings): Promise<void> {
  const { profileOf, filesOf, extractorOf, store, deadline, log } = settings;
  const { id, sha256, folder, source, upload, work } = record;
  const profile = profileOf(senderOf(record));
  const fileId = upload && upload.deletedAt === null ? upload.fileId : null;
  const stored = work?.stored ?? [];
  if (fileId !== null) await filesOf(profile).remove(fileId, deadline);
  for (const responseId of stored) await extractorOf(profile).remove(responseId, deadline);
  await store.update(sha256, (now) => withoutThese(now, fileId, stored));
  if (fileId === null) return;
  const about = { event: "upload.deleted", folder, path: source.path, id, sha256 };
  log.info(about, "upload deleted");
}

/** It may have been taken up again meanwhile, and uploaded anew. */
function withoutThese(
  now: DocumentRecord,
  fileId: string | null,
  gone: readonly string[],
): Pick<DocumentRecord, "upload" | "work"> {
  const isSame = now.upload !== null && now.upload.fileId === fileId;
  const upload = now.upload && isSame ? { ...now.upload, deletedAt: instant() } : now.upload;
  const work = now.work && {
    ...now.work,
    stored: now.work.stored.filter((responseId) => !gone.includes(responseId)),
  };
  return { upload, work: work?.step === "delete" ? leftOf({ upload, work }) : work };
}

const instant = () => new Date().toISOString();
