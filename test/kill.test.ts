import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { autod, startAutod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

test("killed again and again, it files everything once and books every bill", async (t) => {
  await using sandbox = await openSandbox({ latency: 20 });
  await using home = await homeAt(sandbox);
  const all = await Promise.all(Array.from({ length: 30 }, (_, index) => invoice(`RE-${index}`)));
  await Promise.all(all.map((bytes, index) => home.drop(`scan${index}.pdf`, bytes)));
  const words = ["run", "--once", "--config", home.configFile];
  const env = { OPENAI_API_KEY: sandbox.key };

  let kills = 0;
  for (; kills < 6; kills += 1) {
    const child = startAutod(words, env);
    const exited = once(child, "exit");
    // A little later each time, so that each death finds it at something else.
    await setTimeout(450 + kills * 110);
    child.kill("SIGKILL");
    await exited;
  }
  t.is((await autod(words, env)).code, 0);

  await expectFiled(t, home, all);
  const records = await home.records();
  t.is(records.length, 30);
  t.deepEqual(new Set(records.map(({ status }) => status)), new Set(["archived"]));
  const calls = records.flatMap((record) => record.calls);
  const known = new Set(calls.map(({ responseId }) => responseId));
  const unbooked = sandbox.bills().filter(({ responseId }) => !known.has(responseId));
  const unknown = calls.filter(({ outcome }) => outcome === "unknown");
  t.true(unbooked.length <= unknown.length, "what is not known to be billed is booked as possible");
  t.is(calls.filter(({ outcome }) => outcome === "ok").length, 30);

  // What was uploaded again at the moment of the last sweep is swept by the next.
  t.is((await autod(words, env)).code, 0);
  t.deepEqual(sandbox.files(), [], "no upload is left, whose id ever was lost");
  const left = sandbox.responses().filter((id) => known.has(id));
  t.deepEqual(left, [], "nor an answer whose id was known");
});
