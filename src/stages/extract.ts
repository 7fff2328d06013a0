import { checkExtraction } from "../checks/checks.ts";
import type { Extracted, Folder, Pending, Uploaded } from "../document.ts";
import { AutodError } from "../errors.ts";
import { type Amount, parseAmount } from "../money/amount.ts";
import type { Asked, Billing } from "../money/billing.ts";
import type { Reservation } from "../money/budget.ts";
import { dayOf } from "../money/window.ts";
import type { Ask, Extractor, Started } from "../openai/extractor.ts";
import type { Profile } from "../openai/profile.ts";
import type { Reply } from "../openai/reply.ts";
import { attempt, type RetrySettings } from "../pipeline/attempt.ts";
import { insist } from "../pipeline/insist.ts";
import type { ProcessingContext, ProcessingStage } from "../pipeline/stage.ts";
import { type Call, laterOf } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import type { Copies } from "./copy.ts";
import type { Notes, Reader } from "./notes.ts";
import { unheeded } from "./verdict.ts";

/** Has the document read. What comes back is journaled with its bill before anything else is done with it. */
export const extract = (
  given: Means,
): ProcessingStage<Uploaded, Pick<Extracted, "extraction">> => ({
  name: "extract",

  async run(document, context) {
    if (document.answer) return { extraction: document.answer };
    // Before the ask, so that an answer is journaled as soon as it is there.
    const means = { ...given, text: textAhead(document, given, context) };
    const { pending } = document;
    const { maxOutputTokens } = document.profile.settings;
    const ask = askWith(document, context, means);

    const first = await (pending
      ? fetchPending(document, pending, context, means)
      : askFirst(document, ask));
    if (first.outcome === "ok") return { extraction: first.extraction };
    const before = pending ? document.earlier?.calls.at(-1) : unheeded(document);
    const wasSecond = isUseless(before);
    if (first.again === "never" || wasSecond) throw useless(first, document, context);

    // Once more at most, and reserved for anew: what was held for the first is spent.
    const longer = first.again === "longer" ? maxOutputTokens * 2 : maxOutputTokens;
    const second = await ask(longer, null).catch((error: unknown) => {
      // To wait for room would be to pay for the first one again.
      throw hasNoRoom(error) ? useless(first, document, context) : error;
    });
    if (second.outcome === "ok") return { extraction: second.extraction };
    throw useless(second, document, context);
  },
});

type Asking = (maxOutputTokens: number, held: Reservation | null) => Promise<Reply["verdict"]>;

/** The second, if a death came between it and a first that was cut: then with the longer limit. */
function askFirst(document: Uploaded, ask: Asking): Promise<Reply["verdict"]> {
  const { profile, reservation } = document;
  const { maxOutputTokens } = profile.settings;
  if (unheeded(document)?.outcome !== "incomplete") return ask(maxOutputTokens, reservation);
  reservation?.release();
  return ask(maxOutputTokens * 2, null);
}

/** Whether a call is one that would have been followed by a second. */
const isUseless = (call: Call | null | undefined): boolean =>
  Boolean(call) && call?.outcome !== "ok" && call?.outcome !== "unknown";

const hasNoRoom = (error: unknown): boolean =>
  error instanceof AutodError && ["BUDGET_EXHAUSTED", "OVER_BUDGET"].includes(error.code);

/** What came back instead of an answer may speak of the server or the account. */
function useless(
  { code, message }: Exclude<Reply["verdict"], { readonly outcome: "ok" }>,
  { earlier }: Uploaded,
  { passage }: ProcessingContext,
): unknown {
  return passage.failed("extract", new AutodError(code, message), earlier?.error?.code);
}

/** What one document is read with. */
interface Reading extends Means {
  /** What the answer is held against; null where nobody can tell. */
  readonly text: Promise<readonly string[] | null>;
}

/** What was looked into is known; what can't be read now is no reason to lose an answer. */
async function textAhead(
  { text, staged, profile }: Uploaded,
  { textOf }: Means,
  { log }: ProcessingContext,
): Promise<readonly string[] | null> {
  try {
    return text ?? (await textOf(staged, profile));
  } catch (error) {
    log.debug({ error: { message: String(error) } }, "no text to hold the answer against");
    return null;
  }
}

/** What documents are read with. */
export interface Means {
  readonly extractorOf: (profile: Profile) => Extractor;
  readonly billing: Billing;
  readonly store: Pick<Store, "update">;
  readonly retry: RetrySettings;
  readonly copyOf: Copies;
  /** Throws where the disks would refuse what comes of a document of so many bytes. */
  readonly requireRoom: (folder: Folder, bytes: number) => Promise<void>;
  /** How an ask and its answer are noted in the document's record. */
  readonly notes: Notes;
  /** What a profile sends of the text layer of a PDF. */
  readonly textOf: (path: string, profile: Profile) => Promise<readonly string[]>;
  /** Other names under which an issuer is known to stand in documents. */
  readonly aliasesOf: (issuer: string) => readonly string[];
  /** Uploads a document again whose upload is gone; gives the new upload's id. */
  readonly uploadAgain: (document: Uploaded, context: ProcessingContext) => Promise<string>;
}

/** Fetches what an earlier process, or an earlier time, asked for: with the bill of that, and for that profile. */
async function fetchPending(
  document: Uploaded,
  { responseId, upperUsd, profile: key, profileRevision: revision }: Pending,
  context: ProcessingContext,
  means: Reading,
): Promise<Reply["verdict"]> {
  const { sha256, profile, detail, folder } = document;
  const asked = { sha256, folder: folder.name, profile, detail, upperUsd };
  context.noReturn();
  const reply = await fetchAnswer(document, responseId, revision, asked, context, means);
  return await book(document, asked, reply, { key, revision }, context, means);
}

/** One ask with its reservation, its intent and its bill. */
function askWith(document: Uploaded, context: ProcessingContext, means: Reading): Asking {
  const {
    profile,
    sha256,
    detail,
    folder: { name: folder },
  } = document;
  const { billing } = means;
  let { fileId } = document;
  return async (maxOutputTokens, held) => {
    const reservation =
      held ?? billing.reserve(mostFor(document, maxOutputTokens, billing), { sha256, folder });
    const { amountUsd: upperUsd, at: reservedAt } = reservation;
    const asked = { sha256, folder, profile, detail, upperUsd, reservedAt };
    const uploadAgain = async () => (fileId = await means.uploadAgain(document, context));
    const send = () => sendAsk(document, { fileId, maxOutputTokens }, asked, context, means);
    try {
      // A profile that sent its documents in another way may have asked before.
      if (fileId === null && profile.settings.input === "file") await uploadAgain();
      const started = await send().catch(async (error: unknown) => {
        if (!(error instanceof AutodError) || error.code !== "UPLOAD_GONE") throw error;
        await uploadAgain();
        return await send();
      });
      const reply =
        "reply" in started
          ? started.reply
          : await keepAndFetch(document, started.id, reservation, asked, context, means);
      return await book(document, asked, reply, profile, context, means);
    } finally {
      reservation.release();
    }
  };
}

/** What is asked after a fetched answer wasn't measured again: it costs no more than that, or twice that. */
function mostFor(document: Uploaded, maxOutputTokens: number, billing: Billing): Amount {
  const { pending, profile } = document;
  if (!pending) return billing.estimate(document, maxOutputTokens).upperCost;
  const times = BigInt(Math.ceil(maxOutputTokens / profile.settings.maxOutputTokens));
  return parseAmount(pending.upperUsd) * times;
}

function sendAsk(
  { profile, staged, sha256, detail, hints, earlier, folder, bytes }: Uploaded,
  how: { readonly fileId: string | null; readonly maxOutputTokens: number },
  asked: Asked,
  context: ProcessingContext,
  means: Reading,
): Promise<Started> {
  const { log, signal, passage } = context;
  const isInline = profile.settings.input === "inline";
  const ask = async () => {
    // Nothing is paid for that could not be kept.
    await means.requireRoom(folder, bytes);
    const copy = isInline ? await means.copyOf(staged, sha256, profile) : null;
    const question = { profile, path: staged, copy, detail, hints, ...how };
    return await withIntent(asked, question, context, means);
  };
  return attempt(ask, {
    stage: "extract",
    accused: earlier?.error?.code,
    retry: means.retry,
    log,
    signal,
    passage,
  });
}

/** The intent is durable before the request goes out, and taken back where nothing can have been billed. */
async function withIntent(
  asked: Asked,
  question: Ask,
  context: ProcessingContext,
  { extractorOf, billing, store, notes }: Reading,
): Promise<Started> {
  const { log, deadline, noReturn } = context;
  const { sha256, upperUsd, reservedAt } = asked;
  await store.update(sha256, ({ work, updatedAt }) => ({
    ...notes.asked(asked.profile),
    work: work && { ...work, step: "ask", reservedUsd: upperUsd },
    // From here on the record knows for which day it was reserved.
    updatedAt: laterOf(updatedAt, reservedAt ?? updatedAt),
  }));
  noReturn();
  // A stop leaves it some time, for what it is about to say will have been paid for.
  return await extractorOf(asked.profile)
    .start(question, deadline)
    .catch(async (error: unknown) => {
      // Cut off, it leaves the intent as it is: the next start books it.
      if (deadline.aborted) throw error;
      if (error instanceof AutodError && error.code !== "API_ANSWER_LOST") {
        // What never reached the server was no ask.
        const failed = error.code === "API_UNREACHABLE" ? 0 : 1;
        await store.update(asked.sha256, ({ work, unbilled = 0 }) => ({
          unbilled: unbilled + failed,
          work: work && { ...work, step: "upload", reservedUsd: null },
        }));
      } else {
        await billing.bookUnknown(asked, log);
      }
      throw error;
    });
}

/**
 * The id of an answer in the making is stored while it is looked for the first time: nothing is made of an answer
 * before its id is durable. From here on the money is held by whoever books the bill, also while the document waits.
 */
async function keepAndFetch(
  document: Uploaded,
  responseId: string,
  reservation: Reservation,
  asked: Asked,
  context: ProcessingContext,
  means: Reading,
): Promise<Reply> {
  reservation.release();
  means.billing.keep(asked);
  const { sha256, profile } = asked;
  const keep = async () => {
    await means.store.update(sha256, ({ work }) => ({ work: work && { ...work, responseId } }));
  };
  const kept = insist(keep, context);
  // How that went is asked last.
  kept.catch(() => undefined);
  try {
    return await fetchAnswer(document, responseId, profile.revision, asked, context, means);
  } finally {
    await kept;
  }
}

/** Looks for the answer until it is there; a stop ends that at once, for nothing is lost by it. */
async function fetchAnswer(
  { profile, earlier }: Uploaded,
  responseId: string,
  revision: string,
  asked: Asked,
  { log, signal, passage }: ProcessingContext,
  { extractorOf, billing, retry }: Reading,
): Promise<Reply> {
  const asker = { profile, revision };
  const accused = earlier?.error?.code;
  try {
    return await attempt(() => extractorOf(profile).fetch(responseId, asker, signal), {
      stage: "extract",
      accused,
      retry,
      log,
      signal,
      passage,
    });
  } catch (error) {
    if (error instanceof AutodError && error.code === "API_ANSWER_LOST") {
      await billing.bookUnknown(asked, log);
    }
    throw error;
  }
}

async function book(
  { id, sha256 }: Uploaded,
  asked: Asked,
  reply: Reply,
  reader: Reader,
  context: ProcessingContext,
  { billing, notes, text, aliasesOf }: Reading,
): Promise<Reply["verdict"]> {
  const { verdict } = reply;
  const { log, giveWay } = context;
  if (verdict.outcome !== "ok") {
    await insist(() => billing.book(asked, reply, {}, log), context);
    return verdict;
  }
  giveWay();
  const checked = checkExtraction(verdict.extraction, {
    settings: asked.profile.settings,
    text: await text,
    aliasesOf,
    today: dayOf(new Date()),
  });
  const learned = notes.learned(checked, reader);
  await insist(() => billing.book(asked, reply, learned, log), context);
  log.info({ event: "document.read", id, sha256, model: reply.model }, "document read");
  return { outcome: "ok", extraction: checked.extraction };
}
