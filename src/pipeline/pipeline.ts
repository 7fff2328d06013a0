import { loggable } from "../log.ts";
import { Halt, type Outcome, type ProcessingContext, type ProcessingStage } from "./stage.ts";

/** Stages in their order. Each sees what all earlier ones learned; a wrong order doesn't compile. */
export interface Pipeline<First extends object, Last extends object = First> {
  readonly stage: <Learned extends object>(
    next: ProcessingStage<Last, Learned>,
  ) => Pipeline<First, Last & Learned>;
  readonly run: (
    arrival: First,
    context: Omit<ProcessingContext, "noReturn">,
  ) => Promise<Outcome<First, Last>>;
}

/** An empty pipeline, to be filled by `stage`. */
export function pipeline<First extends object>(): Pipeline<First> {
  return withStages<First, First>([]);
}

function withStages<First extends object, Last extends object>(
  stages: readonly ProcessingStage<Last>[],
): Pipeline<First, Last> {
  return {
    stage: <Learned extends object>(next: ProcessingStage<Last, Learned>) =>
      // The types of single stages are lost in the list; `Pipeline` has checked them.
      withStages<First, Last & Learned>([...stages, next] as ProcessingStage<Last & Learned>[]),
    run: (arrival, context) => runStages(stages, arrival, context),
  };
}

async function runStages<First extends object, Last extends object>(
  stages: readonly ProcessingStage<Last>[],
  arrival: First,
  context: Omit<ProcessingContext, "noReturn">,
): Promise<Outcome<First, Last>> {
  const { log, signal, deadline } = context;
  const finished = new AsyncDisposableStack();
  const timings: Record<string, number> = {};
  let known = arrival as First & Last;
  let returnable = true;
  const noReturn = () => {
    if (returnable) finished.move();
    returnable = false;
  };

  for (const stage of stages) {
    const started = performance.now();
    try {
      // What was paid for is carried on to its place, however short the time.
      (returnable ? signal : deadline).throwIfAborted();
      const learned = await stage.run(known, { ...context, noReturn });
      timings[stage.name] = Math.round(performance.now() - started);
      if (learned instanceof Halt) {
        await undoAll(finished);
        return { status: "halted", halt: learned, document: known, timings };
      }
      const after = { ...known, ...learned };
      if (returnable) finished.defer(() => undo(stage, after, log));
      known = after;
    } catch (error) {
      timings[stage.name] = Math.round(performance.now() - started);
      if (signal.aborted) return { status: "aborted", stage: stage.name, timings };
      const undone = returnable && (await undoAll(finished));
      return { status: "failed", error, stage: stage.name, undone, document: known, timings };
    }
  }
  return { status: "done", document: known, timings };
}

async function undo<Document extends object>(
  stage: ProcessingStage<Document>,
  document: Document,
  log: ProcessingContext["log"],
): Promise<void> {
  try {
    await stage.undo?.(document, { log });
  } catch (error) {
    log.warn({ stage: stage.name, error: loggable(error) }, "undo failed");
    throw error;
  }
}

/** Last first; goes on past an undo that fails, which only lessens what can be said of the outcome. */
async function undoAll(finished: AsyncDisposableStack): Promise<boolean> {
  try {
    await finished.disposeAsync();
    return true;
  } catch {
    return false;
  }
}
