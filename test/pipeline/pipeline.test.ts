import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { Halt, type ProcessingStage } from "../../src/pipeline/stage.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { conditions } from "../helpers/conditions.ts";

interface Arrived {
  readonly path: string;
}

const arrived: Arrived = Object.freeze({ path: "/inbox/a.pdf" });

function context(logs = captureLogs(), signal = new AbortController().signal) {
  return { log: logs.logger, held: new AsyncDisposableStack(), ...conditions(signal) };
}

/** A stage that learns its own name, and tells when it is undone. */
const undoable = <Name extends string>(
  name: Name,
  undone: string[],
  undo: () => void = () => undefined,
): ProcessingStage<Arrived, { readonly [learned in Name]: true }> => ({
  name,
  run: async () => ({ [name]: true }) as { readonly [learned in Name]: true },
  undo: async () => {
    undone.push(name);
    undo();
  },
});

const failing = (
  error: unknown,
  before: () => void = () => undefined,
): ProcessingStage<Arrived> => ({
  name: "failing",
  run: async () => {
    before();
    throw error;
  },
});

test("each stage sees what all earlier ones learned", async (t) => {
  const outcome = await pipeline<Arrived>()
    .stage({ name: "hash", run: async ({ path }) => ({ hash: `#${path}` }) })
    .stage({ name: "count", run: async ({ hash }) => ({ pages: hash.length }) })
    .stage({ name: "file", run: async (all) => ({ name: `${all.path} ${all.hash} ${all.pages}` }) })
    .run(arrived, context());
  t.is(outcome.status, "done");
  t.deepEqual(outcome.status === "done" && outcome.document, {
    path: "/inbox/a.pdf",
    hash: "#/inbox/a.pdf",
    pages: 13,
    name: "/inbox/a.pdf #/inbox/a.pdf 13",
  });
});

test("a pipeline without stages is done at once", async (t) => {
  t.deepEqual(await pipeline<Arrived>().run(arrived, context()), {
    status: "done",
    document: arrived,
    timings: {},
  });
});

test("adding a stage leaves the pipeline it is added to as it was", async (t) => {
  const short = pipeline<Arrived>().stage({ name: "one", run: async () => ({ one: 1 }) });
  short.stage(failing(new Error("only in the longer one")));
  const { status } = await short.run(arrived, context());
  t.is(status, "done");
});

test("a document that is handed on is never changed", async (t) => {
  const handedOn: object[] = [];
  const keep = async (document: object) => {
    handedOn.push(document);
    return { learned: handedOn.length };
  };
  await pipeline<Arrived>()
    .stage({ name: "one", run: keep })
    .stage({ name: "two", run: keep })
    .stage({ name: "three", run: keep })
    .run(arrived, context());
  t.deepEqual(handedOn, [
    arrived,
    { path: "/inbox/a.pdf", learned: 1 },
    { path: "/inbox/a.pdf", learned: 2 },
  ]);
});

test("when a stage fails the finished ones are undone, last first", async (t) => {
  const undone: string[] = [];
  const error = new Error("the reason");
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage({ name: "without undo", run: async () => ({}) })
    .stage(undoable("two", undone))
    .stage({ ...failing(error), undo: async () => void undone.push("failing") })
    .stage(undoable("never reached", undone))
    .run(arrived, context());
  t.deepEqual(undone, ["two", "one"]);
  t.like(outcome, { status: "failed", stage: "failing", undone: true });
  t.is(outcome.status === "failed" && outcome.error, error);
  t.deepEqual(outcome.status === "failed" && outcome.document, {
    path: "/inbox/a.pdf",
    one: true,
    two: true,
  });
});

test("an undo is handed what was known when its stage was finished", async (t) => {
  const handed: object[] = [];
  const undo = async (document: object) => void handed.push(document);
  await pipeline<Arrived>()
    .stage({ name: "one", run: async () => ({ one: 1 }), undo })
    .stage({ name: "two", run: async () => ({ two: 2 }), undo })
    .stage(failing(new Error("the reason")))
    .run(arrived, context());
  t.deepEqual(handed, [
    { path: "/inbox/a.pdf", one: 1, two: 2 },
    { path: "/inbox/a.pdf", one: 1 },
  ]);
});

test("undoing is waited for, one after the other", async (t) => {
  const steps: string[] = [];
  const slowly = (name: string) => ({
    name,
    run: async () => ({}),
    undo: async () => {
      steps.push(`${name} begins`);
      await sleep(5);
      steps.push(`${name} ends`);
    },
  });
  await pipeline<Arrived>()
    .stage(slowly("one"))
    .stage(slowly("two"))
    .stage(failing(new Error("the reason")))
    .run(arrived, context());
  t.deepEqual(steps, ["two begins", "two ends", "one begins", "one ends"]);
});

test("an undo that fails doesn't stop the others, and the first error is reported", async (t) => {
  const undone: string[] = [];
  const logs = captureLogs();
  const error = new AutodError("PDF_DAMAGED", "the reason");
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone, throwing("one is stuck")))
    .stage(undoable("two", undone))
    .stage(undoable("three", undone, throwing("three is stuck")))
    .stage(failing(error))
    .run(arrived, context(logs));
  t.deepEqual(undone, ["three", "two", "one"]);
  t.like(outcome, { status: "failed", stage: "failing", undone: false });
  t.is(outcome.status === "failed" && outcome.error, error);
  t.deepEqual(
    logs.lines().map(({ stage, error: logged, msg }) => ({ stage, logged, msg })),
    [
      { stage: "three", logged: { code: "Error", message: "three is stuck" }, msg: "undo failed" },
      { stage: "one", logged: { code: "Error", message: "one is stuck" }, msg: "undo failed" },
    ],
  );
});

test("a halt undoes what was done and reports it", async (t) => {
  const undone: string[] = [];
  const halt = new Halt("ab".repeat(32));
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage({ name: "dedupe", run: async () => halt })
    .stage(undoable("never reached", undone))
    .run(arrived, context());
  t.deepEqual(undone, ["one"]);
  t.like(outcome, { status: "halted", document: { path: "/inbox/a.pdf", one: true } });
  t.is(outcome.status === "halted" && outcome.halt, halt);
  t.like(halt, { reason: "duplicate", of: "ab".repeat(32) });
  t.deepEqual(Object.keys(outcome.timings), ["one", "dedupe"]);
});

test("nothing is undone from the point of no return on", async (t) => {
  const undone: string[] = [];
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage({
      name: "extract",
      run: async (_document, { noReturn }) => {
        noReturn();
        return {};
      },
      undo: async () => void undone.push("extract"),
    })
    .stage(undoable("three", undone))
    .stage(failing(new Error("too late")))
    .run(arrived, context());
  t.deepEqual(undone, []);
  t.like(outcome, { status: "failed", stage: "failing", undone: false });
});

test("nothing is undone when the very stage of no return fails", async (t) => {
  const undone: string[] = [];
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage({
      name: "extract",
      run: async (_document, { noReturn }): Promise<object> => {
        noReturn();
        noReturn();
        throw new Error("the line broke");
      },
    })
    .run(arrived, context());
  t.deepEqual(undone, []);
  t.like(outcome, { status: "failed", stage: "extract", undone: false });
});

test("nothing is undone when a halt comes after the point of no return", async (t) => {
  const undone: string[] = [];
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage({
      name: "extract",
      run: async (_document, { noReturn }) => {
        noReturn();
        return new Halt("ab".repeat(32));
      },
    })
    .run(arrived, context());
  t.deepEqual(undone, []);
  t.is(outcome.status, "halted");
});

test("one document's point of no return is not another's", async (t) => {
  const undone: string[] = [];
  const line = pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage({
      name: "extract",
      run: async ({ path }, { noReturn }): Promise<object> => {
        if (path === "/inbox/asked.pdf") noReturn();
        throw new Error("the line broke");
      },
    });
  await line.run({ path: "/inbox/asked.pdf" }, context());
  t.deepEqual(undone, []);
  await line.run({ path: "/inbox/unasked.pdf" }, context());
  t.deepEqual(undone, ["one"]);
});

test("a stop undoes nothing", async (t) => {
  const undone: string[] = [];
  const stopping = new AbortController();
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage(failing(new Error("given up"), () => stopping.abort()))
    .run(arrived, context(captureLogs(), stopping.signal));
  t.deepEqual(undone, []);
  t.like(outcome, { status: "aborted", stage: "failing" });
});

test("after a stop no further stage begins", async (t) => {
  const begun: string[] = [];
  const stopping = new AbortController();
  const outcome = await pipeline<Arrived>()
    .stage({
      name: "one",
      run: async () => {
        stopping.abort();
        return { one: 1 };
      },
    })
    .stage({
      name: "two",
      run: async () => {
        begun.push("two");
        return {};
      },
    })
    .run(arrived, context(captureLogs(), stopping.signal));
  t.deepEqual(begun, []);
  t.like(outcome, { status: "aborted", stage: "two" });
});

test("a stop during the last stage doesn't take back what it did", async (t) => {
  const stopping = new AbortController();
  const outcome = await pipeline<Arrived>()
    .stage({
      name: "file",
      run: async () => {
        stopping.abort();
        return { filedAs: "/archive/a.pdf" };
      },
    })
    .run(arrived, context(captureLogs(), stopping.signal));
  t.like(outcome, { status: "done", document: { filedAs: "/archive/a.pdf" } });
});

test("each stage that was begun is timed, in milliseconds", async (t) => {
  const { timings } = await pipeline<Arrived>()
    .stage({ name: "quick", run: async () => ({}) })
    .stage({
      name: "slow",
      run: async () => {
        await sleep(30);
        return {};
      },
    })
    .stage(failing(new Error("the reason")))
    .stage({ name: "never reached", run: async () => ({}) })
    .run(arrived, context());
  t.deepEqual(Object.keys(timings), ["quick", "slow", "failing"]);
  t.true(Object.values(timings).every(Number.isInteger));
  t.true((timings["slow"] ?? 0) >= 20);
});

test("a stage is handed what it may use", async (t) => {
  const given = context();
  await pipeline<Arrived>()
    .stage({
      name: "one",
      run: async (_document, { log, signal, held }) => {
        t.is(log, given.log);
        t.is(signal, given.signal);
        t.is(held, given.held);
        return {};
      },
    })
    .run(arrived, given);
  t.plan(3);
});

test("a stage that throws before its first await fails like any other", async (t) => {
  const undone: string[] = [];
  const outcome = await pipeline<Arrived>()
    .stage(undoable("one", undone))
    .stage({ name: "two", run: throwing("at once") })
    .run(arrived, context());
  t.deepEqual(undone, ["one"]);
  t.like(outcome, { status: "failed", stage: "two", undone: true });
});

function throwing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}
