import type { Logger } from "pino";
import type { Reserved, Uploaded } from "../document.ts";
import { unhindered } from "../gate/gates.ts";
import type { Files } from "../openai/files.ts";
import type { Profile } from "../openai/profile.ts";
import { attempt, type RetrySettings } from "../pipeline/attempt.ts";
import type { ProcessingContext, ProcessingStage } from "../pipeline/stage.ts";
import type { Store } from "../store/store.ts";

/** Hands the document to the Files API, where its profile sends it so. */
export const upload = (
  uploader: Uploader,
): ProcessingStage<Reserved, Pick<Uploaded, "fileId">> => ({
  name: "upload",

  async run(document, context) {
    if (document.answer || document.profile.settings.input !== "file") return { fileId: null };
    const earlier = uploader.store.find(document.sha256)?.upload;
    if (earlier && !earlier.deletedAt) return { fileId: earlier.fileId };
    return { fileId: await uploadAnew(uploader, document, context) };
  },

  async undo({ profile, sha256 }, { log }) {
    await removeUpload(uploader, profile, sha256, log);
  },
});

/** What uploads are made with. */
export interface Uploader {
  readonly filesOf: (profile: Profile) => Files;
  readonly store: Pick<Store, "find" | "update">;
  readonly retry: RetrySettings;
  /** Ends all tries to delete one. */
  readonly deadline: AbortSignal;
}

/** Uploads the document once more, for its upload is said to be gone; gives the new one's id. */
export async function uploadAgain(
  uploader: Uploader,
  document: Reserved,
  context: ProcessingContext,
): Promise<string> {
  // Should it be there after all, it is not to be left behind.
  await removeUpload(uploader, document.profile, document.sha256, context.log);
  return await uploadAnew(uploader, document, context);
}

/** Uploads the document and records it; gives the upload's id. */
async function uploadAnew(
  { filesOf, store, retry }: Uploader,
  { profile, staged, id, sha256, earlier }: Reserved,
  { log, signal, deadline, passage }: ProcessingContext,
): Promise<string> {
  await store.update(sha256, ({ work }) => ({ work: work && { ...work, step: "upload" } }));
  const files = filesOf(profile);
  // Cut off at once by a stop, it could be there under an id that nobody knows.
  const fileId = await attempt(() => files.upload(staged, sha256, deadline), {
    stage: "upload",
    accused: earlier?.error?.code,
    retry,
    log,
    signal,
    passage,
  });
  try {
    const uploadedAt = new Date().toISOString();
    await store.update(sha256, { upload: { fileId, uploadedAt, deletedAt: null } });
  } catch (error) {
    await files.remove(fileId);
    throw error;
  }
  log.info({ event: "document.uploaded", id, sha256 }, "document uploaded");
  return fileId;
}

/** Deletes the upload of a document, if it has one, however often that must be tried, and records that it is gone. */
export async function removeUpload(
  { filesOf, store, retry, deadline }: Uploader,
  profile: Profile,
  sha256: string,
  log: Logger,
): Promise<void> {
  const left = store.find(sha256)?.upload;
  if (!left || left.deletedAt) return;
  // It needs nobody's leave, for it is wanted also while nothing else is sent.
  await attempt(() => filesOf(profile).remove(left.fileId), {
    stage: "upload",
    accused: undefined,
    retry,
    log,
    signal: deadline,
    passage: unhindered,
  });
  await store.update(sha256, { upload: { ...left, deletedAt: new Date().toISOString() } });
  log.info({ event: "upload.deleted", sha256 }, "upload deleted");
}
