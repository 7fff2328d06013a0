import test from "ava";
import { autod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import type { Home } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { startRunning, watched } from "./helpers/running.ts";
import { openPatient, openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

const ask = (home: Home, key: string, ...words: string[]) =>
  autod([...words, "--config", home.configFile], { OPENAI_API_KEY: key });

test("paused, it takes nothing, whoever starts it, until it is resumed", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const tell = (...words: string[]) => ask(home, sandbox.key, ...words);
  const bytes = await invoice("RE-1");
  {
    await using running = startRunning(home, sandbox.key);
    await watched(home);
    t.regex((await tell("pause")).stdout, /^autod is paused since .*; what is in work is ended/);
    await home.drop("one.pdf", bytes);
    running.signal("SIGTERM");
    t.is(await running.ended(), 0);
  }
  const once = await tell("run", "--once");
  t.is(once.code, 69);
  t.regex(once.stdout, /1 waiting/);
  t.deepEqual(await home.left(), ["Inbox/one.pdf"]);
  t.regex((await tell("status")).stdout, /paused since .*: nothing new is taken/);
  const { stdout } = await tell("why", `${home.inbox}/one.pdf`);
  t.regex(stdout, /paused/);

  await using running = startRunning(home, sandbox.key);
  await until(async () => (await tell("status", "--json")).stdout.includes('"how": "native"'));
  t.deepEqual(await home.left(), ["Inbox/one.pdf"]);
  t.is(sandbox.bills().length, 0);
  t.regex((await tell("resume")).stdout, /takes files again/);
  await until(async () => (await home.filed()).length === 1);
  running.signal("SIGTERM");
  t.is(await running.ended(), 0);
  await expectFiled(t, home, [bytes]);
});

test("what is in work when it is paused is ended", async (t) => {
  await using sandbox = await openPatient();
  await using home = await homeAt(sandbox);
  await home.drop("one.pdf", await invoice("RE-1"));
  await using daemon = await watching(home, sandbox);
  await sandbox.asked;
  t.is((await ask(home, sandbox.key, "pause")).code, 0);
  t.regex(daemon.words(), /^paused, 1 in work, /);
  await home.drop("two.pdf", await invoice("RE-2"));
  sandbox.answer();
  await daemon.have("archived", 1);
  await daemon.stop();
  t.deepEqual(await home.left(), ["Inbox/two.pdf"]);
});

test("where none is running, the next one is paused, and can be resumed", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const tell = (...words: string[]) => ask(home, sandbox.key, ...words);
  t.regex((await tell("pause")).stdout, /it isn't running/);
  await home.drop("one.pdf", await invoice("RE-1"));
  t.is((await tell("run", "--once")).code, 69);
  t.regex((await tell("resume")).stdout, /not paused/);
  t.is((await tell("run", "--once")).code, 0);
  t.is((await home.filed()).length, 1);
});
