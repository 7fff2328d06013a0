import { checkExtraction } from "../checks.ts";
import type { Extracted, Uploaded } from "../document.ts";
import { AutodError } from "../errors.ts";
import type { Asked, Billing } from "../money/billing.ts";
import type { Reservation } from "../money/budget.ts";
import type { Ask, Extractor } from "../openai/extractor.ts";
import type { Profile } from "../openai/profile.ts";
import type { Reply } from "../openai/reply.ts";
import { attempt, type RetrySettings } from "../pipeline/attempt.ts";
import { insist } from "../pipeline/insist.ts";
import type { ProcessingContext, ProcessingStage } from "../pipeline/stage.ts";
import type { Store } from "../store/store.ts";

/** Has the document read. What comes back is journaled with its bill before anything else is done with it. */
export const extract = (
  means: Means,
): ProcessingStage<Uploaded, Pick<Extracted, "extraction">> => ({
  name: "extract",

  async run(document, context) {
    if (document.answer) return { extraction: document.answer };
    const { maxOutputTokens } = document.profile.settings;
    const ask = askWith(document, context, means);

    const first = await ask(maxOutputTokens, document.reservation);
    if (first.outcome === "ok") return { extraction: first.extraction };
    if (first.again === "never") throw useless(first, document, context);

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

const hasNoRoom = (error: unknown): boolean =>
  error instanceof AutodError && error.code === "BUDGET_EXHAUSTED";

/** What came back instead of an answer may speak of the server or the account. */
function useless(
  { code, message }: Exclude<Reply["verdict"], { readonly outcome: "ok" }>,
  { earlier }: Uploaded,
  { passage }: ProcessingContext,
): unknown {
  return passage.failed("extract", new AutodError(code, message), earlier?.error?.code);
}

/** What documents are read with. */
export interface Means {
  readonly extractorOf: (profile: Profile) => Extractor;
  readonly billing: Billing;
  readonly store: Pick<Store, "update">;
  readonly retry: RetrySettings;
  /** Uploads a document again whose upload is gone; gives the new upload's id. */
  readonly uploadAgain: (document: Uploaded, context: ProcessingContext) => Promise<string>;
}

/** One ask with its reservation, its intent and its bill. */
function askWith(document: Uploaded, context: ProcessingContext, means: Means) {
  const { profile, id, sha256, detail } = document;
  const { billing } = means;
  let { fileId } = document;
  return async (maxOutputTokens: number, held: Reservation | null): Promise<Reply["verdict"]> => {
    const reservation =
      held ?? billing.reserve(billing.estimate(document, maxOutputTokens).upperCost);
    const asked = { id, sha256, profile, detail, upperUsd: reservation.amountUsd };
    const send = () => sendAsk(document, { fileId, maxOutputTokens }, asked, context, means);
    try {
      const reply = await send().catch(async (error: unknown) => {
        if (!(error instanceof AutodError) || error.code !== "UPLOAD_GONE") throw error;
        fileId = await means.uploadAgain(document, context);
        return await send();
      });
      return await book(asked, reply, context, billing);
    } finally {
      reservation.release();
    }
  };
}

function sendAsk(
  { profile, staged, detail, earlier }: Uploaded,
  how: { readonly fileId: string | null; readonly maxOutputTokens: number },
  asked: Asked,
  context: ProcessingContext,
  means: Means,
): Promise<Reply> {
  const { log, signal, passage } = context;
  const question = { profile, path: staged, detail, ...how };
  return attempt(() => withIntent(asked, question, context, means), {
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
  { log, deadline, noReturn }: ProcessingContext,
  { extractorOf, billing, store }: Means,
): Promise<Reply> {
  await store.update(asked.sha256, ({ work }) => ({
    work: work && { ...work, step: "ask", reservedUsd: asked.upperUsd },
  }));
  noReturn();
  try {
    // A stop leaves it some time, for what it is about to say will have been paid for.
    return await extractorOf(asked.profile).ask(question, deadline);
  } catch (error) {
    // Cut off, it leaves the intent as it is: the next start books it.
    if (deadline.aborted) throw error;
    if (error instanceof AutodError && error.code !== "API_ANSWER_LOST") {
      await store.update(asked.sha256, ({ work }) => ({
        work: work && { ...work, step: "upload", reservedUsd: null },
      }));
    } else {
      await billing.bookUnknown(asked, log);
    }
    throw error;
  }
}

async function book(
  asked: Asked,
  reply: Reply,
  context: ProcessingContext,
  billing: Billing,
): Promise<Reply["verdict"]> {
  const { verdict } = reply;
  const { log } = context;
  if (verdict.outcome !== "ok") {
    await insist(() => billing.book(asked, reply, {}, log), context);
    return verdict;
  }
  const { below } = asked.profile.settings.review;
  const { extraction, checks } = checkExtraction(verdict.extraction, below);
  const { key: profile, revision: profileRevision } = asked.profile;
  const learned = { extraction, checks: [...checks], profile, profileRevision };
  await insist(() => billing.book(asked, reply, learned, log), context);
  const { id, sha256 } = asked;
  log.info({ event: "document.read", id, sha256, model: reply.model }, "document read");
  return { outcome: "ok", extraction };
}
