import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { AutodError, type ErrorCode } from "../../src/errors.ts";
import { attempt } from "../../src/pipeline/attempt.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { conditions } from "../helpers/conditions.ts";

function context(attempts: number, { signal = new AbortController().signal, minDelay = 1 } = {}) {
  const logs = captureLogs();
  const retry = { attempts, minDelay, maxDelay: Math.max(minDelay, 2) };
  const { passage } = conditions();
  const accused = undefined;
  return { logs, with: { stage: "upload", retry, log: logs.logger, signal, passage, accused } };
}

/** A call that fails with each of these in turn, and then gives how often it was made. */
function failingWith(...errors: readonly unknown[]) {
  const calls = { made: 0 };
  const call = async () => {
    calls.made += 1;
    if (calls.made <= errors.length) throw errors[calls.made - 1];
    return calls.made;
  };
  return { calls, call };
}

const busy = (message = "slow down") => new AutodError("API_BUSY", message);

test("a call that works is made once", async (t) => {
  const { logs, with: settings } = context(5);
  const { call } = failingWith();
  t.is(await attempt(call, settings), 1);
  t.deepEqual(logs.lines(), []);
});

test("a call is tried again while its trouble passes by itself, and each repetition is logged", async (t) => {
  const { logs, with: settings } = context(5);
  const { call } = failingWith(busy("one"), new AutodError("API_UNREACHABLE", "two"));
  t.is(await attempt(call, settings), 3);
  t.deepEqual(
    logs.lines().map(({ level, event, stage, attempt: number, error, msg }) => ({
      level,
      event,
      stage,
      number,
      error,
      msg,
    })),
    [
      {
        level: 40,
        event: "stage.retried",
        stage: "upload",
        number: 1,
        error: { code: "API_BUSY", message: "one" },
        msg: "attempt failed",
      },
      {
        level: 40,
        event: "stage.retried",
        stage: "upload",
        number: 2,
        error: { code: "API_UNREACHABLE", message: "two" },
        msg: "attempt failed",
      },
    ],
  );
});

const triesAtMost = test.macro(async (t, attempts: number) => {
  const { logs, with: settings } = context(attempts);
  const errors = Array.from({ length: 9 }, (_, number) => busy(`try ${number + 1}`));
  const { call, calls } = failingWith(...errors);
  await t.throwsAsync(attempt(call, settings), { is: errors[attempts - 1] as AutodError });
  t.is(calls.made, attempts);
  t.deepEqual(
    logs.lines().map(({ attempt: number }) => number),
    Array.from({ length: attempts - 1 }, (_, number) => number + 1),
  );
});

test("one attempt is one call", triesAtMost, 1);
test("two attempts are two calls", triesAtMost, 2);
test("four attempts are four calls", triesAtMost, 4);

const isFinal = test.macro(async (t, error: Error) => {
  const { logs, with: settings } = context(5);
  const { call, calls } = failingWith(error);
  await t.throwsAsync(attempt(call, settings), { is: error });
  t.is(calls.made, 1);
  t.deepEqual(logs.lines(), []);
});

const withCode = (code: ErrorCode) => new AutodError(code, "the reason");

test(
  "a call whose answer was lost isn't repeated, for it may be billed",
  isFinal,
  withCode("API_ANSWER_LOST"),
);
test("what is wrong with the document isn't tried again", isFinal, withCode("REQUEST_REJECTED"));
test("what is wrong with the account isn't tried again", isFinal, withCode("KEY_REJECTED"));
test("what is wrong with the disk isn't tried again", isFinal, withCode("DISK_FULL"));
test("a file that went away isn't waited for", isFinal, withCode("FILE_MISSING"));
test("an error of no known kind isn't tried again", isFinal, new Error("who knows"));
test("a fault in the program isn't tried again", isFinal, new TypeError("fetch failed"));

test("trouble that turns into another kind ends the attempts", async (t) => {
  const { logs, with: settings } = context(5);
  const last = withCode("QUOTA_EXHAUSTED");
  const { call, calls } = failingWith(busy(), last, busy());
  await t.throwsAsync(attempt(call, settings), { is: last });
  t.is(calls.made, 2);
  t.deepEqual(logs.events(), ["stage.retried"]);
});

test("a stop ends the wait for the next attempt", async (t) => {
  const stopping = new AbortController();
  const { with: settings } = context(5, { signal: stopping.signal, minDelay: 3_600_000 });
  const { call, calls } = failingWith(busy());
  const trying = attempt(call, settings);
  await sleep(20);
  const reason = new Error("stopped");
  stopping.abort(reason);
  await t.throwsAsync(trying, { is: reason });
  t.is(calls.made, 1);
});

test("after a stop nothing is tried", async (t) => {
  const { with: settings } = context(5, { signal: AbortSignal.abort(new Error("stopped")) });
  const { call, calls } = failingWith();
  await t.throwsAsync(attempt(call, settings), { message: "stopped" });
  t.is(calls.made, 0);
});

test("a call that fails on a stop isn't repeated, nor logged as if", async (t) => {
  const stopping = new AbortController();
  const { logs, with: settings } = context(5, { signal: stopping.signal });
  const { call, calls } = failingWith(busy());
  const stopped = () => {
    stopping.abort(new Error("stopped"));
    return call();
  };
  await t.throwsAsync(attempt(stopped, settings), { message: "stopped" });
  t.is(calls.made, 1);
  t.deepEqual(logs.lines(), []);
});

test("an answer that arrives during a stop is kept, for it is paid for", async (t) => {
  const stopping = new AbortController();
  const { with: settings } = context(5, { signal: stopping.signal });
  const answered = async () => {
    stopping.abort();
    return "the answer";
  };
  t.is(await attempt(answered, settings), "the answer");
});

test("an answer of undefined is an answer", async (t) => {
  const stopping = new AbortController();
  const { with: settings } = context(5, { signal: stopping.signal });
  t.is(await attempt(async () => stopping.abort(), settings), undefined);
});
