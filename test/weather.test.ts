import test, { type ExecutionContext } from "ava";
import type { Sandbox } from "../src/sandbox/sandbox.ts";
import { autod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import type { Home } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { startRunning } from "./helpers/running.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until } from "./helpers/watching.ts";

/** Every fifth request fails, each time in another way. */
const weather = (request: string, kinds: string) => ({
  request,
  kinds: Array.from({ length: 400 }, (_, at) => {
    const all = kinds.split(" ");
    return (at % 5 === 0 && all[(at / 5) % all.length]) || "ok";
  }),
});

const passing =
  "rate-limit rate-limit-after:50ms timeout conflict fault overloaded html slow:200 reset";
const faults = [
  weather("POST /v1/files", passing),
  weather(
    "POST /v1/responses",
    `${passing} reset-after broken-json invalid incomplete failed file-gone`,
  ),
];

test("in bad weather, stopped in the middle, it files everything once and books every bill", async (t) => {
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox, {
    concurrency: 8,
    retry: { attempts: 6, minDelay: "10ms", maxDelay: "100ms" },
  });
  const all = await Promise.all(Array.from({ length: 200 }, (_, at) => invoice(`RE-${at}`)));
  const drop = async (from: number, to: number) => {
    const some = all.slice(from, to).entries();
    await Promise.all([...some].map(([at, bytes]) => home.drop(`scan${from + at}.pdf`, bytes)));
  };
  const answered = (count: number) => until(() => sandbox.bills().length >= count);

  await drop(0, 20);
  {
    await using running = startRunning(home, sandbox.key);
    await answered(10);
    await drop(20, 90);
    await answered(50);
    await drop(90, 130);
    await answered(80);
    running.signal("SIGTERM");
    t.is(await running.ended(), 0, await running.stderr);
  }
  {
    await using running = startRunning(home, sandbox.key);
    await drop(130, 200);
    await answered(160);
    running.signal("SIGTERM");
    t.is(await running.ended(), 0, await running.stderr);
  }
  // What waits for its time needn't wait for this test.
  sandbox.setFaults(null);
  await autod(["retry", "--all", "--config", home.configFile]);
  {
    await using running = startRunning(home, sandbox.key);
    const isDone = ({ status }: { status: string }) => status === "archived";
    await until(async () => (await home.records()).filter(isDone).length === 200);
    running.signal("SIGTERM");
    t.is(await running.ended(), 0, await running.stderr);
  }

  await expectFiled(t, home, all);
  t.deepEqual(sandbox.files(), []);
  await expectBooked(t, home, sandbox);
});

/** Asserts that each bill is booked once; one whose answer was lost, as possible. */
async function expectBooked(t: ExecutionContext, home: Home, sandbox: Sandbox) {
  const calls = (await home.records()).flatMap((record) => record.calls);
  const booked = calls.flatMap(({ responseId }) => responseId ?? []);
  t.is(new Set(booked).size, booked.length, "no bill is booked twice");
  const bills = new Set(sandbox.bills().map(({ responseId }) => responseId));
  t.deepEqual(
    booked.filter((responseId) => !bills.has(responseId)),
    [],
  );
  const lost = bills.size - booked.length;
  const unknown = calls.filter(({ outcome }) => outcome === "unknown").length;
  t.true(lost <= unknown, `${lost} were lost, ${unknown} are booked as possible`);
  t.is(new Set(calls.map(({ seq }) => seq)).size, calls.length);
  t.is(calls.filter(({ outcome }) => outcome === "ok").length, 200);
}
