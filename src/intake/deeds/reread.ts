import { basename } from "node:path";
import { z } from "zod";
import type { Deduplicated, Extracted } from "../../document.ts";
import { unhindered } from "../../gate/gates.ts";
import { formatAmount, parseAmount, sumOf } from "../../money/amount.ts";
import { loggable } from "../../log.ts";
import type { Profile } from "../../openai/profile.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import type { ProcessingContext } from "../../pipeline/stage.ts";
import { requireShape } from "../../shape.ts";
import type { Holds } from "../../store/holds.ts";
import {
  type DocumentRecord,
  idleWork,
  isReread,
  openAskOf,
  record as shape,
  senderOf,
} from "../../store/record.ts";
import type { Store } from "../../store/store.ts";
import { leftOf } from "../change.ts";
import { failureOf } from "../failure.ts";
import type { Roots } from "../roots.ts";
import { againstFile, withoutFolder } from "../standing.ts";
import { type Decided, decide, type Deciding } from "./decide.ts";
import { difference, differences } from "./difference.ts";
import { keepEdits } from "./kept.ts";

/** What came of reading a document once more. */
export const rereading = z.object({
  id: z.string(),
  verdict: z.enum(["read", "refused"]),
  message: z.string(),
  /** What it cost this time; "0" where the answer was there already. */
  costUsd: z.string(),
  checks: shape.shape.checks,
  /** What was read otherwise than before. */
  differences: z.array(difference),
});

export type Rereading = z.infer<typeof rereading>;

/** What documents are read once more with. */
export interface Reader {
  readonly pipeline: Pipeline<Deduplicated, Extracted>;
  readonly store: Pick<Store, "find" | "update">;
  readonly holds: Holds;
  readonly roots: Pick<Roots, "folders" | "above">;
  /** Undefined for one that is no longer configured: no other stands in for it, which may read elsewhere. */
  readonly profileOf: (key: string) => Profile | undefined;
  /** Has what the server still keeps of a document deleted in the background; never fails. */
  readonly clean: (sha256: string) => void;
}

/**
 * Reads a document once more, as a profile would have it. What is read stands beside what is known until it is
 * applied, so that it is paid for once, also where it was asked for by an earlier process. Aborted, it rejects.
 */
export async function rereadDocument(
  sha256: string,
  profile: Profile,
  reader: Reader,
  context: Pick<ProcessingContext, "log" | "signal" | "deadline">,
): Promise<Rereading> {
  const { store, holds } = reader;
  using _ = await holds.take(sha256, context.signal);
  const before = store.find(sha256);
  if (!before) throw new Error(`no record of ${sha256}`);
  const refused = (message: string): Rereading => {
    const costUsd = costSince(before, store.find(sha256));
    const { id } = before;
    return { id, verdict: "refused", message, costUsd, checks: [], differences: [] };
  };
  const isThere = isOf(before, profile) && !isReread(before);
  const why = await againstReading(before, reader, isThere);
  if (why !== null) return refused(why);
  const message = isThere ? null : await read(before, profile, reader, context);
  if (message !== null) return refused(message);
  const after = store.find(sha256);
  if (!after || !isOf(after, profile)) return refused("what was asked for before came; ask again");
  const { extraction, checks } = readingOf(after) ?? { extraction: null, checks: [] };
  return {
    id: after.id,
    verdict: "read",
    message: isThere ? "was read so before" : "was read again",
    costUsd: costSince(before, after),
    checks,
    differences: differences(after.extraction, extraction),
  };
}

/** Whether the document was read so, and it isn't applied. */
export const isOf = ({ reread }: DocumentRecord, { key, revision }: Profile): boolean =>
  reread?.extraction != null && reread.profile === key && reread.profileRevision === revision;

/** What was read once more, and what a person put right stays; null where nothing was. */
function readingOf(record: DocumentRecord) {
  const { extraction, checks } = record.reread ?? { extraction: null, checks: [] };
  return extraction === null ? null : keepEdits({ extraction, checks }, record);
}

const costSince = (before: DocumentRecord, after: DocumentRecord | undefined): string =>
  formatAmount(parseAmount(after?.costUsd ?? "0") - sumOf([before.costUsd]));

async function againstReading(
  record: DocumentRecord,
  { roots }: Pick<Reader, "roots">,
  isThere: boolean,
): Promise<string | null> {
  const { status, filedAs, folder, work } = record;
  if (status === "processing" || work?.step === "file") {
    return "it is in work, and autod run carries it on";
  }
  if ((status !== "archived" && status !== "review") || filedAs === null) {
    return `it is ${status}, and not filed; autod retry takes it back to work`;
  }
  // What is there already needs nothing of the server.
  if (work?.step === "delete" && !isThere) {
    return "its upload is still to be deleted at the server, which autod run does";
  }
  if (!roots.folders.some(({ name }) => name === folder)) {
    return withoutFolder(record);
  }
  const away = await roots.above(filedAs);
  return away ? away.error.message : await againstFile(record);
}

/** Null where its answer is there; else why it isn't. */
async function read(
  before: DocumentRecord,
  wanted: Profile,
  { pipeline, store, roots, profileOf, clean }: Reader,
  { log, signal, deadline }: Pick<ProcessingContext, "log" | "signal" | "deadline">,
): Promise<string | null> {
  const { sha256, id, bytes, source } = before;
  const staged = before.filedAs ?? "";
  const folder = roots.folders.find(({ name }) => name === before.folder);
  if (!folder) throw new Error(`no folder ${before.folder}`);
  const pending = before.reread ? openAskOf(before.work, before.reread) : null;
  const profile = pending ? profileOf(senderOf(before)) : wanted;
  if (!profile) return `it was asked for by profile ${senderOf(before)}, which is gone`;
  if (!pending) {
    await store.update(sha256, ({ work }) => ({
      work: { ...idleWork, step: "claimed", staged, stored: work?.stored ?? [] },
    }));
  }
  await using held = new AsyncDisposableStack();
  const outcome = await pipeline.run(
    {
      folder,
      profile,
      claimId: id,
      path: source.path,
      relative: basename(staged),
      staged,
      arrivedAt: source.arrivedAt,
      sha256,
      bytes,
      content: null,
      shape: await requireShape(staged, null, 0),
      id,
      answer: null,
      pending,
      earlier: before,
    },
    {
      log: log.child({ folder: folder.name, path: staged }),
      signal,
      deadline,
      passage: unhindered,
      held,
      place: () => Promise.resolve(),
      giveWay: () => undefined,
    },
  );
  // What was sent is carried on by the next start.
  if (outcome.status === "aborted") throw signal.reason;
  await store.update(sha256, (now) => ({ work: now.work?.responseId ? now.work : leftOf(now) }));
  clean(sha256);
  if (outcome.status !== "failed") return null;
  const { code, message } = failureOf(outcome.error, outcome.stage);
  return `${message} (${code})`;
}

/**
 * Goes on with what an earlier process was reading once more: an answer that was asked for is fetched, and all else
 * that is left of it deleted. Never fails.
 */
export async function finishRereadings(
  records: Iterable<DocumentRecord>,
  reader: Reader,
  context: Pick<ProcessingContext, "log" | "signal" | "deadline">,
): Promise<void> {
  for (const record of [...records].filter(isReread)) {
    const { sha256, work } = record;
    try {
      const sender = reader.profileOf(senderOf(record));
      if (work?.responseId) {
        if (sender) await rereadDocument(sha256, sender, reader, context);
      } else {
        await reader.store.update(sha256, (now) => ({ work: leftOf(now) }));
        reader.clean(sha256);
      }
    } catch (error) {
      if (context.signal.aborted) return;
      context.log.warn({ sha256, error: loggable(error) }, "what was read again is not there yet");
    }
  }
}

/** Takes what was read once more for what is known of the document, and files it accordingly. */
export const applyReading = (record: DocumentRecord, deciding: Deciding): Promise<Decided> =>
  decide(record, deciding, (now) => {
    const reading = readingOf(now);
    if (!reading || !now.reread) return "it was not read again";
    const { profile, profileRevision } = now.reread;
    const change = { ...reading, profile, profileRevision, error: null, reread: null };
    return {
      decision: { by: "rerun", change },
      say: ({ status, filedAs }) =>
        status === "review" ? `is to be looked at, as ${filedAs}` : `is filed as ${filedAs}`,
    };
  });
