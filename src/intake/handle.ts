import type { Logger } from "pino";
import type { Arrival, Filed } from "../document.ts";
import { loggable } from "../log.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { DocumentRecord } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { releaseClaim } from "./claim.ts";
import { linkDuplicate } from "./endings/duplicate.ts";
import type { Ended, Fate, Means } from "./endings/ending.ts";
import { finish } from "./endings/finish.ts";
import { reject } from "./endings/reject.ts";
import { goBack, stay } from "./endings/wait.ts";
import { failureOf } from "./failure.ts";

export interface Handling extends Means {
  readonly pipeline: Pipeline<Arrival, Filed>;
  readonly instance: string;
  readonly log: Logger;
}

/** Takes one arrival through the pipeline, and acts on how that ended: the only place that does. */
export function openHandler(handling: Handling) {
  return async (arrival: Arrival, signal: AbortSignal): Promise<Fate> => {
    const log = handling.log.child({ folder: arrival.folder.name, path: arrival.path });
    await using held = new AsyncDisposableStack();
    log.info({ event: "document.claimed" }, "document claimed");
    const ending = await handling.pipeline.run(arrival, { log, signal, held });
    if (ending.status === "aborted") return "aborted";
    try {
      return await conclude(handling, ending, arrival, log);
    } catch (error) {
      // It could not be put where it belongs: it stays in staging, whole, and is carried on at the next start.
      const record = ownRecord(handling.store, ending);
      const failure = failureOf(error, "file");
      return await stay(handling, { arrival, record, failure, timings: ending.timings, log });
    } finally {
      await releaseClaim(arrival, handling.instance).catch((error: unknown) => {
        log.warn({ error: loggable(error) }, "claim folder left");
      });
    }
  };
}

async function conclude(
  handling: Handling,
  ending: Ended<"done" | "halted" | "failed">,
  arrival: Arrival,
  log: Logger,
): Promise<Fate> {
  switch (ending.status) {
    case "done":
      return await finish(handling, ending, log);
    case "halted":
      return await linkDuplicate(handling, ending, arrival, log);
    case "failed":
      return await fail(handling, ending, arrival, log);
  }
}

/** Only a document that is itself at fault goes to quarantine; all other trouble costs it nothing but time. */
async function fail(
  handling: Handling,
  ending: Ended<"failed">,
  arrival: Arrival,
  log: Logger,
): Promise<Fate> {
  const { error, stage, timings } = ending;
  const failure = failureOf(error, stage);
  if (failure.code === "INTERNAL") log.error({ err: error, stage }, "unexpected error");
  const record = ownRecord(handling.store, ending);
  const setback = { arrival, record, failure, timings, log };
  if (record && failure.kind === "document") return await reject(handling, record, setback);
  // What was read already is not read again: it waits in staging for its place to be had.
  return await (record?.extraction ? stay : goBack)(handling, setback);
}

/** The record that is this arrival's to change: before it was deduplicated, or as a duplicate, it has none. */
function ownRecord(
  store: Store,
  { document }: Ended<"done" | "halted" | "failed">,
): DocumentRecord | undefined {
  const { id, sha256 } = document;
  return id === undefined || sha256 === undefined ? undefined : store.find(sha256);
}
