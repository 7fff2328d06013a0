import type { Reserved, Uploaded } from "../document.ts";
import type { Files } from "../openai/files.ts";
import type { Profile } from "../openai/profile.ts";
import { attempt, type RetrySettings } from "../pipeline/attempt.ts";
import type { ProcessingContext, ProcessingStage } from "../pipeline/stage.ts";
import { requireShape } from "../shape.ts";
import type { Store } from "../store/store.ts";
import type { Copies } from "./copy.ts";

/**
 * Hands the document to the Files API, where its profile sends it so.
 *
 * It has no undo of its own: however the document ends, what was uploaded is deleted then.
 */
export const upload = (
  uploader: Uploader,
): ProcessingStage<Reserved, Pick<Uploaded, "fileId" | "content">> => ({
  name: "upload",

  async run(document, context) {
    if (document.answer || document.profile.settings.input !== "file") return uploaded(null);
    const earlier = uploader.store.find(document.sha256)?.upload;
    if (earlier && !earlier.deletedAt) return uploaded(earlier.fileId);
    // It has been asked about already.
    if (document.pending) return uploaded(null);
    return uploaded(await uploadAnew(uploader, document, context));
  },
});

/** Its bytes are needed no more. */
const uploaded = (fileId: string | null) => ({ fileId, content: null });

/** What uploads are made with. */
export interface Uploader {
  readonly filesOf: (profile: Profile) => Pick<Files, "upload" | "remove">;
  readonly store: Pick<Store, "find" | "update" | "note">;
  readonly copyOf: Copies;
  readonly retry: RetrySettings;
  /** The SHA-256 of what is being uploaded, as long as no record names the upload. */
  readonly onItsWay: Set<string>;
}

/** Uploads the document once more, for its upload is said to be gone; gives the new one's id. */
export async function uploadAgain(
  uploader: Uploader,
  document: Reserved,
  context: ProcessingContext,
): Promise<string> {
  const { filesOf, store } = uploader;
  const gone = store.find(document.sha256)?.upload;
  // Should it be there after all, it is not to be left behind; what this doesn't delete is swept later.
  if (gone && !gone.deletedAt) {
    await filesOf(document.profile)
      .remove(gone.fileId)
      .catch(() => undefined);
  }
  return await uploadAnew(uploader, document, context);
}

/**
 * Uploads the document and has that recorded; gives the upload's id. Until that is durable no sweep may take it.
 *
 * Nobody waits for it here: whoever asks about the upload makes that durable first, and this with it.
 */
async function uploadAnew(
  uploader: Uploader,
  document: Reserved,
  context: ProcessingContext,
): Promise<string> {
  const { filesOf, store, onItsWay } = uploader;
  const { id, sha256, profile } = document;
  const arrived = () => void onItsWay.delete(sha256);
  onItsWay.add(sha256);
  const fileId = await send(uploader, document, context).catch((error: unknown) => {
    arrived();
    throw error;
  });
  const uploadedAt = new Date().toISOString();
  store
    .update(sha256, { upload: { fileId, uploadedAt, deletedAt: null } })
    .catch(async () => {
      // Whoever went on from there may have it stored yet, and asks about it.
      if (store.find(sha256)?.upload?.fileId === fileId) return;
      await filesOf(profile).remove(fileId);
    })
    .catch(() => undefined)
    .finally(arrived);
  context.log.info({ event: "document.uploaded", id, sha256 }, "document uploaded");
  return fileId;
}

function send(
  { filesOf, store, copyOf, retry }: Uploader,
  document: Reserved,
  { log, signal, deadline, passage }: ProcessingContext,
): Promise<string> {
  const { profile, staged, sha256, earlier } = document;
  store.note(sha256, ({ work }) => ({ work: work && { ...work, step: "upload" } }));
  const files = filesOf(profile);
  const sendOnce = async () => {
    const sent = (await copyOf(staged, sha256, profile)) ?? (await contentOf(document)) ?? staged;
    // Cut off at once by a stop, it could be there under an id that nobody knows.
    return await files.upload(sent, sha256, deadline);
  };
  return attempt(sendOnce, {
    stage: "upload",
    accused: earlier?.error?.code,
    retry,
    log,
    signal,
    passage,
  });
}

/** The bytes as they were hashed; what is still being written to isn't paid for. */
async function contentOf({ content, staged, shape, folder }: Reserved) {
  if (content === null) return null;
  await requireShape(staged, shape, folder.settle);
  return content;
}
