import type { Logger } from "pino";
import type { Arrival, Filed } from "../document.ts";
import { AutodError } from "../errors.ts";
import { LONGEST_STAY, type Passage } from "../gate/gates.ts";
import { loggable } from "../log.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { ProcessingContext } from "../pipeline/stage.ts";
import type { DocumentRecord, Failure } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { backoff, type Waits } from "./backoff.ts";
import { waitingReason } from "./change.ts";
import { releaseClaim } from "./claim.ts";
import { disown } from "./endings/disown.ts";
import { linkDuplicate } from "./endings/duplicate.ts";
import type { Ended, Fate, Means, Setback } from "./endings/ending.ts";
import { finish } from "./endings/finish.ts";
import { reject } from "./endings/reject.ts";
import { goBack, stay } from "./endings/wait.ts";
import { failureOf } from "./failure.ts";

export interface Handling extends Means {
  readonly pipeline: Pipeline<Arrival, Filed>;
  readonly instance: string;
  readonly waits: Waits;
  /** Whether somebody will be there in a minute to go on with what stays in staging. */
  readonly isLasting: () => boolean;
  /** Takes a document back out of quarantine, for it was not to blame; never fails. */
  readonly withdraw: (sha256: string, failure: Failure) => Promise<void>;
  readonly log: Logger;
}

/** What a document is handled under. */
export interface Conditions extends Pick<
  ProcessingContext,
  "signal" | "deadline" | "passage" | "place" | "giveWay"
> {}

/** Takes one arrival through the pipeline, and acts on how that ended: the only place that does. */
export function openHandler(handling: Handling) {
  return async (arrival: Arrival, conditions: Conditions): Promise<Fate> => {
    const log = handling.log.child({ folder: arrival.folder.name, path: arrival.path });
    await using held = new AsyncDisposableStack();
    log.info({ event: "document.claimed" }, "document claimed");
    const ending = await handling.pipeline.run(arrival, { ...conditions, log, held });
    if (ending.status === "aborted") return "aborted";
    try {
      return await conclude(handling, ending, arrival, conditions.passage, log);
    } catch (thrown) {
      // It could not be put where it belongs: it stays in staging, whole, and is carried on from there.
      const error = await truly(handling, thrown, arrival);
      const setback = setbackOf(handling, ending, arrival, { error, stage: "file" }, log);
      return await stay(handling, setback);
    } finally {
      await releaseClaim(arrival, handling.instance).catch((error: unknown) => {
        log.warn({ error: loggable(error) }, "claim folder left");
      });
    }
  };
}

/** What went wrong: what is missing from an inbox that is away isn't gone. */
async function truly({ roots }: Handling, error: unknown, { folder }: Arrival): Promise<unknown> {
  if (failureOf(error, "").code !== "FILE_MISSING") return error;
  return (await roots.at(folder.inbox))?.error ?? error;
}

type Ending = Ended<"done" | "halted" | "failed">;

async function conclude(
  handling: Handling,
  ending: Ending,
  arrival: Arrival,
  passage: Passage,
  log: Logger,
): Promise<Fate> {
  switch (ending.status) {
    case "done":
      return await finish(handling, ending, log);
    case "halted":
      return await linkDuplicate(handling, ending, arrival, log);
    case "failed":
      return await fail(handling, ending, arrival, passage, log);
  }
}

/** Only a document that is itself at fault goes to quarantine; all other trouble costs it nothing but time. */
async function fail(
  handling: Handling,
  ending: Ended<"failed">,
  arrival: Arrival,
  passage: Passage,
  log: Logger,
): Promise<Fate> {
  const { stage } = ending;
  const error = await truly(handling, ending.error, arrival);
  const met = setbackOf(handling, ending, arrival, { error, stage }, log);
  const isOther = met.failure.code === "FILE_CHANGED" && met.record !== undefined;
  if (isOther) await disown(handling, met.record, met.failure);
  const setback = isOther ? { ...met, record: undefined } : met;
  const { record, failure } = setback;
  const known = record ?? stagedAt(handling.store, arrival);
  const isPending = Boolean(known?.work?.responseId);
  if (failure.code === "INTERNAL") log.error({ err: error, stage }, "unexpected error");
  if (record && !isPending && failure.kind === "document") {
    const others = alike(ending, record, passage);
    if (others.length === 0) return await reject(handling, record, setback);
    const blameless = failureOf(new AutodError("PROFILE_FAILING", failure.message), stage);
    for (const other of others.filter((sha256) => sha256 !== record.sha256)) {
      await handling.withdraw(other, blameless);
    }
    const delay = { ...setback.delay, retryAt: null };
    return await goBack(handling, { ...setback, failure: blameless, delay });
  }
  // What was read already is not read again: it waits in staging for its place to be had, or for its answer.
  const stays =
    isPending || Boolean(known?.extraction) || (handling.isLasting() && isShort(setback));
  return await (stays ? stay : goBack)(handling, setback);
}

/** The record of what is staged here, where a stage failed before it could tell which it is. */
function stagedAt(store: Store, { staged }: Arrival): DocumentRecord | undefined {
  for (const record of store.all()) if (record.work?.staged === staged) return record;
  return undefined;
}

/** Those in quarantine that the API condemned for the same reason as this one, if there are too many. */
function alike(
  { error, document }: Ended<"failed">,
  { sha256 }: DocumentRecord,
  passage: Passage,
): readonly string[] {
  const apiCode = error instanceof AutodError ? error.apiCode : undefined;
  return apiCode ? passage.condemned(sha256, apiCode, document.earlier?.error?.code) : [];
}

const isShort = ({ failure, delay: { since, retryAt } }: Setback): boolean =>
  waitingReason(failure) === "retry" && retryAt !== null && retryAt - since <= LONGEST_STAY;

function setbackOf(
  { store, waits }: Handling,
  ending: Ending,
  arrival: Arrival,
  { error, stage }: { readonly error: unknown; readonly stage: string },
  log: Logger,
): Setback {
  const failure = failureOf(error, stage);
  const asked = error instanceof AutodError ? error.retryAfter : undefined;
  const before = ending.document.earlier?.waiting ?? null;
  return {
    arrival,
    record: ownRecord(store, ending),
    failure,
    delay: backoff(waitingReason(failure), asked, before, waits),
    timings: ending.timings,
    log,
  };
}

/** The record that is this arrival's to change: before it was deduplicated, or as a duplicate, it has none. */
function ownRecord(store: Store, { document }: Ending): DocumentRecord | undefined {
  const { id, sha256 } = document;
  return id === undefined || sha256 === undefined ? undefined : store.find(sha256);
}
