import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { unbooked } from "./faults/sound.ts";
import { autod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { startRunning } from "./helpers/running.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until } from "./helpers/watching.ts";

/** As many as that are wanted: `AUTOD_KILLS=300 npx ava test/kill.test.ts`. */
const KILLS = Number(process.env["AUTOD_KILLS"] ?? 10);
const DOCUMENTS = KILLS < 100 ? 30 : 200;
const CONCURRENCY = 4;

/** The last two are billed, and what they were billed for doesn't arrive. */
const kinds =
  "rate-limit rate-limit-after:50ms timeout conflict fault overloaded slow:200 html reset reset-after broken-json";

test("killed again and again in bad weather, it files everything once and books every bill", async (t) => {
  t.timeout(60_000 + KILLS * 5_000);
  const faults = { rate: KILLS < 100 ? 0.25 : 0.1, kinds: kinds.split(" "), seed: KILLS };
  await using sandbox = await openSandbox({ latency: 80, faults });
  await using home = await homeAt(sandbox, {
    concurrency: CONCURRENCY,
    retry: { attempts: 6, minDelay: "10ms", maxDelay: "100ms" },
  });
  // It is started so often that it pays not to compile it anew.
  const fast = {
    NODE_DISABLE_COMPILE_CACHE: "",
    NODE_V8_COVERAGE: "",
    XDG_CACHE_HOME: join(home.folder, "cache"),
  };
  const words = ["--config", home.configFile];
  const all = await Promise.all(
    Array.from({ length: DOCUMENTS }, (_, index) => invoice(`RE-${index}`)),
  );

  for (let kill = 0; kill < KILLS; kill += 1) {
    const [from, to] = [kill, kill + 1].map((at) => Math.floor((at * DOCUMENTS) / KILLS));
    await using running = startRunning(home, sandbox.key, fast);
    for (const [at, bytes] of all.slice(from, to).entries()) {
      await home.drop(`scan${(from ?? 0) + at}.pdf`, bytes);
    }
    // One dies wherever it is, the next one once it asks for something.
    const [before, latest] = [sandbox.requests().length, Date.now() + 1_500];
    if (kill % 2 === 0) {
      await until(() => sandbox.requests().length > before || Date.now() > latest);
    }
    await setTimeout(Math.random() * 800);
    running.signal("SIGKILL");
    t.is(await running.ended(), null, await running.stderr);
  }
  sandbox.setFaults(null);
  // What waits for its time needn't wait for this test.
  for (let again = 0; again < 2; again += 1) {
    await autod(["retry", "--all", ...words], fast);
    await autod(["run", "--once", ...words], { OPENAI_API_KEY: sandbox.key, ...fast });
  }

  await expectFiled(t, home, all);
  const records = await home.records();
  t.is(records.length, DOCUMENTS);
  t.deepEqual(new Set(records.map(({ status }) => status)), new Set(["archived"]));
  const calls = records.flatMap((record) => record.calls);
  t.is(calls.filter(({ outcome }) => outcome === "ok").length, DOCUMENTS, "none is paid for twice");
  const lost = sandbox
    .requests()
    .filter(({ method, path }) => method === "POST" && path === "/v1/responses")
    .filter(({ fault }) => fault === "reset-after" || fault === "broken-json").length;
  const unknown = calls.filter(({ outcome }) => outcome === "unknown").length;
  const known = new Set(calls.map(({ responseId }) => responseId));
  const left = sandbox.responses();
  t.log(`${KILLS} kills, ${DOCUMENTS} documents, ${lost} answers lost, ${unknown} unknown calls`);
  t.log(`${sandbox.files().length} uploads left, ${left.length} answers whose id never arrived`);
  t.deepEqual(
    left.filter((id) => known.has(id)),
    [],
    "an answer is left whose id was known",
  );
  t.true(unknown <= KILLS * CONCURRENCY + lost);
  t.deepEqual(await unbooked(home, sandbox), []);
});
