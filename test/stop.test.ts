import { relative } from "node:path";
import test from "ava";
import type { DocumentRecord } from "../src/store/record.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { filesBelow } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { startRunning, watched } from "./helpers/running.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until } from "./helpers/watching.ts";
import { withoutHaste } from "./pdf/handmade.ts";

const stagedOf = (record: DocumentRecord | undefined) => record?.work?.staged ?? "";

const asks = { request: "POST /v1/responses", forever: true };
const asked = (sandbox: { requests: () => readonly { path: string }[] }) => () =>
  sandbox.requests().some(({ path }) => path === "/v1/responses");

test("stopped, it ends with 0, and an answer that never comes doesn't keep it", async (t) => {
  await using sandbox = await openSandbox({ faults: [{ ...asks, kinds: ["hang"] }] });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await using autod = startRunning(home, sandbox.key);
  await until(asked(sandbox));
  autod.signal("SIGTERM");

  t.is(await autod.ended(), 0);
  const [record] = await home.records();
  t.like(record, { status: "processing", work: { step: "ask" }, calls: [] });
  t.is((await home.logs()).at(-1)?.["event"], "daemon.stopped");

  sandbox.setFaults(null);
  t.is((await runOnce(home, sandbox)).archived, 1);
  const [filed] = await home.records();
  t.deepEqual(
    filed?.calls.map(({ outcome }) => outcome),
    ["unknown", "ok"],
  );
  await expectFiled(t, home, [bytes]);
});

test("stopped twice, it ends at once, and what it did is carried on", async (t) => {
  await using sandbox = await openSandbox({ faults: [{ ...asks, kinds: ["hang"] }] });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await using autod = startRunning(home, sandbox.key);
  await until(asked(sandbox));
  autod.signal("SIGTERM");
  autod.signal("SIGINT");

  t.is(await autod.ended(), 0);
  sandbox.setFaults(null);
  t.is((await runOnce(home, sandbox)).archived, 1);
  await expectFiled(t, home, [bytes]);
});

test("stopped with nothing to do, it is gone with all that it had open", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await using autod = startRunning(home, sandbox.key);
  await watched(home);
  autod.signal("SIGTERM");
  t.is(await autod.ended(), 0);
  const events = (await home.logs()).flatMap(({ event }) => (event ? [event] : []));
  t.deepEqual(events, ["daemon.started", "cost.report", "folder.watching", "daemon.stopped"]);
  t.deepEqual(await filesBelow(home.folder, "Inbox"), [], "the folder was given up");
});

test("stopped while it loads, it ends with 0 and begins nothing", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  const fixture = new URL("fixtures/stop-while-loading.ts", import.meta.url).href;
  await using autod = startRunning(home, sandbox.key, { NODE_OPTIONS: `--import=${fixture}` });

  t.is(await autod.ended(), 0);
  t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
  t.is((await runOnce(home, sandbox)).archived, 1);
  await expectFiled(t, home, [bytes]);
});

test("stopped within a PDF that takes long, it is gone with all that it had open", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", withoutHaste());
  await using autod = startRunning(home, sandbox.key);
  await until(async () => (await home.records()).length === 1);
  autod.signal("SIGTERM");

  t.is(await autod.ended(), 0);
  t.is((await home.logs()).at(-1)?.["event"], "daemon.stopped");
  const [record] = await home.records();
  t.like(record, { status: "processing", error: null });
  t.deepEqual(await filesBelow(home.folder, "Inbox"), [relative(home.folder, stagedOf(record))]);
});

test("a deletion that is never answered doesn't keep it, nor what it had open", async (t) => {
  const faults = [{ request: "DELETE /v1/files/:id", forever: true, kinds: ["hang"] }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await using autod = startRunning(home, sandbox.key);
  await until(() => sandbox.requests().some(({ method }) => method === "DELETE"));
  autod.signal("SIGTERM");

  t.is(await autod.ended(), 0);
  t.is((await home.logs()).at(-1)?.["event"], "daemon.stopped");
  t.like((await home.records())[0], { status: "archived" });
  await expectFiled(t, home, [bytes]);
});

test("a fault that nobody foresaw ends it with 70, with the last word in the log", async (t) => {
  await using sandbox = await openSandbox({ faults: [{ ...asks, kinds: ["hang"] }] });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  const fixture = new URL("fixtures/throw-on-signal.ts", import.meta.url).href;
  await using autod = startRunning(home, sandbox.key, { NODE_OPTIONS: `--import=${fixture}` });
  await until(asked(sandbox));
  autod.signal("SIGUSR2");

  t.is(await autod.ended(), 70);
  t.regex(
    await autod.stderr,
    /^autod: a fault in autod: nobody foresaw this \(INTERNAL\)\n {2}Please report it/m,
  );
  const last = (await home.logs()).at(-1);
  t.like(last, {
    level: "fatal",
    event: "daemon.stopped",
    err: { message: "nobody foresaw this" },
  });

  sandbox.setFaults(null);
  t.is((await runOnce(home, sandbox)).archived, 1);
  await expectFiled(t, home, [bytes]);
});

test("a signal opens no debugger in it", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await using autod = startRunning(home, sandbox.key);
  await watched(home);
  autod.signal("SIGUSR1");
  await home.drop("scan.pdf", await invoice("RE-7"));
  await until(async () => (await home.filed()).length === 1);
  autod.signal("SIGTERM");
  t.is(await autod.ended(), 0);
  t.notRegex(await autod.stderr, /[Dd]ebugger/);
});
