import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { openDaemon } from "../src/daemon.ts";
import { formatAmount, parseAmount } from "../src/money/amount.ts";
import type { Sandbox } from "../src/sandbox/sandbox.ts";
import { autod, startAutod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import type { Home } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

/** Longer than any test: an answer is ready when `setThinking` says so. */
const forever = 86_400_000;

const count = (sandbox: Sandbox, method: string, path: string) =>
  sandbox.requests().filter((one) => one.method === method && one.path === path).length;
const asks = (sandbox: Sandbox) => count(sandbox, "POST", "/v1/responses");
const outcomes = async (home: Home) =>
  (await home.records()).flatMap(({ calls }) => calls.map(({ outcome }) => outcome));

const isAsked = (home: Home) => async () =>
  (await home.records()).some(({ work }) => typeof work?.responseId === "string");

/** Runs autod and kills it between an ask and its answer. */
async function killWhileAsking(home: Home, sandbox: Sandbox): Promise<void> {
  const words = ["run", "--once", "--config", home.configFile];
  const child = startAutod(words, { OPENAI_API_KEY: sandbox.key });
  const exited = once(child, "exit");
  await until(isAsked(home));
  child.kill("SIGKILL");
  await exited;
}

/** The same, by a stop, which has all the time of the world. */
async function stopWhileAsking(home: Home, sandbox: Sandbox): Promise<void> {
  await using daemon = await watching(home, sandbox, { grace: forever });
  await until(isAsked(home));
  await daemon.stop();
}

test("an answer that a killed process waited for is fetched, and paid for once", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("sub/scan.pdf", bytes);
  await killWhileAsking(home, sandbox);
  sandbox.setThinking(0);

  t.is((await runOnce(home, sandbox)).archived, 1);

  await expectFiled(t, home, [bytes]);
  const [record] = await home.records();
  const [bill] = sandbox.bills();
  t.is(sandbox.bills().length, 1);
  t.like(record, { calls: [{ outcome: "ok", responseId: bill?.responseId }], work: null });
  t.is(record?.calls.length, 1);
  t.deepEqual([asks(sandbox), count(sandbox, "POST", "/v1/files")], [1, 1]);
  t.deepEqual(sandbox.responses(), []);
  t.deepEqual(sandbox.files(), []);
});

test("an answer that the server knows nothing of any more is booked as possible, and asked for again", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await killWhileAsking(home, sandbox);
  const upper = (await home.records())[0]?.work?.reservedUsd;
  for (const id of sandbox.responses()) {
    const headers = { authorization: `Bearer ${sandbox.key}` };
    await fetch(`${sandbox.url}/responses/${id}`, { method: "DELETE", headers });
  }
  sandbox.setThinking(0);

  t.is((await runOnce(home, sandbox)).waiting, 1);
  t.like((await home.records())[0], {
    error: { code: "API_ANSWER_LOST" },
    calls: [{ outcome: "unknown", possibleUsd: upper }],
  });
  t.is((await runOnce(home, sandbox)).archived, 1);

  await expectFiled(t, home, [bytes]);
  t.deepEqual(await outcomes(home), ["unknown", "ok"]);
  t.is(asks(sandbox), 2);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
});

test("a stop ends the waiting for an answer at once, and nothing is lost by it", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await stopWhileAsking(home, sandbox);
  t.like(await home.records(), [{ status: "processing", work: { step: "ask" }, calls: [] }]);
  sandbox.setThinking(0);

  t.is((await runOnce(home, sandbox)).archived, 1);
  await expectFiled(t, home, [bytes]);
  t.deepEqual(await outcomes(home), ["ok"]);
  t.is(asks(sandbox), 1);
});

test("an answer is taken also where its profile has changed since, and says which asked for it", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await stopWhileAsking(home, sandbox);
  const [asked] = await home.records();
  sandbox.setThinking(0);
  const settings = { ...home.config.profiles["default"], categories: ["Sports"] } as never;
  const config = { ...home.config, profiles: { default: settings } };
  {
    await using daemon = await openDaemon(config, { keys: new Map([["openai", sandbox.key]]) });
    t.is((await daemon.once()).tally.review, 1);
  }
  const [record] = await home.records();
  t.like(record?.checks, [{ code: "CATEGORY_UNKNOWN" }], "the profile has other categories now");
  t.is(record?.profileRevision, asked?.profileRevision);
  t.deepEqual(await outcomes(home), ["ok"]);
  t.is(asks(sandbox), 1);
});

test("where the file is gone its answer waits for its bytes to come again", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await stopWhileAsking(home, sandbox);
  const [asked] = await home.records();
  await rm(asked?.work?.staged ?? "");
  sandbox.setThinking(0);

  for (const _ of ["told", "and told once"]) await runOnce(home, sandbox);
  const { responseId } = asked?.work ?? {};
  t.like(await home.records(), [{ error: { code: "FILE_MISSING" }, work: { responseId } }]);
  const told = (await home.logs()).filter(({ event }) => event === "document.waiting");
  t.is(told.length, 1);

  await home.drop("again.pdf", bytes);
  t.is((await runOnce(home, sandbox)).archived, 1);
  await expectFiled(t, home, [bytes]);
  t.deepEqual(await outcomes(home), ["ok"]);
  t.is(asks(sandbox), 1);
});

test("an answer of no use that was fetched is asked for once more, and a third is not", async (t) => {
  const faults = [{ request: "POST /v1/responses", kinds: ["invalid"], forever: true }];
  await using sandbox = await openSandbox({ thinking: forever, faults });
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", await invoice("RE-7"));
  await stopWhileAsking(home, sandbox);
  sandbox.setThinking(0);
  t.is((await runOnce(home, sandbox)).quarantined, 1);
  t.deepEqual(await outcomes(home), ["invalid", "invalid"]);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
});

test("the second answer is no first one after a restart", async (t) => {
  const faults = [{ request: "POST /v1/responses", kinds: ["invalid"], forever: true }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", await invoice("RE-7"));
  {
    await using daemon = await watching(home, sandbox, { grace: forever });
    await until(() => {
      if (sandbox.bills().length === 1) sandbox.setThinking(0);
      const [record] = daemon.records();
      if (record?.calls.length === 1) sandbox.setThinking(forever);
      return record?.calls.length === 1 && typeof record.work?.responseId === "string";
    });
    await daemon.stop();
  }
  sandbox.setThinking(0);
  t.is((await runOnce(home, sandbox)).quarantined, 1);
  t.deepEqual(await outcomes(home), ["invalid", "invalid"]);
  t.is(asks(sandbox), 2);
});

test("trouble with the looks leaves a document in staging, and its answer is fetched once that is over", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  const { key } = sandbox;
  {
    await using daemon = await watching(home, sandbox);
    await until(isAsked(home));
    sandbox.setKey("sk-another");
    await daemon.have("waiting", 1);
    t.like(daemon.records(), [
      { error: { code: "KEY_REJECTED" }, work: { step: "ask" }, waiting: { parked: null } },
    ]);
    t.deepEqual(await home.left(), []);
  }
  t.is((await runOnce(home, { key })).waiting, 1, "it stays where it is");
  t.deepEqual(await home.left(), []);
  sandbox.setThinking(0);
  sandbox.setKey(key);
  t.is((await runOnce(home, sandbox)).archived, 1);
  await expectFiled(t, home, [bytes]);
  t.deepEqual(await outcomes(home), ["ok"]);
  t.is(asks(sandbox), 1);
});

test("an answer that takes longer than the timeout is waited for again", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox, { openai: { baseUrl: sandbox.url, timeout: "4s" } });
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await using daemon = await watching(home, sandbox);
  await daemon.saw("document.waiting");
  const [record] = daemon.records();
  t.is(record?.error?.code, "ANSWER_PENDING");
  sandbox.setThinking(0);
  await daemon.have("archived", 1);
  t.deepEqual(await outcomes(home), ["ok"]);
  t.is(asks(sandbox), 1);
});

test("what answers in the making may cost is held against the budget after a restart", async (t) => {
  await using sandbox = await openSandbox({ thinking: forever });
  await using home = await homeAt(sandbox);
  const all = [await invoice("RE-1"), await invoice("RE-2")];
  await home.drop("scan1.pdf", all[0] ?? "");
  await stopWhileAsking(home, sandbox);
  const upper = parseAmount((await home.records())[0]?.work?.reservedUsd ?? "0");
  // One fits, and two don't.
  const perDay = formatAmount((upper * 3n) / 2n);
  const config = { ...home.config, budget: { ...home.config.budget, perDay } };
  await home.drop("scan2.pdf", all[1] ?? "");
  await using daemon = await watching({ ...home, config }, sandbox);
  await daemon.have("waiting", 1);
  t.is(asks(sandbox), 1);
  t.like(
    daemon.records().find(({ status }) => status === "waiting"),
    { waiting: { reason: "budget" }, error: { code: "BUDGET_EXHAUSTED" } },
  );
  sandbox.setThinking(0);
  await daemon.have("archived", 2);
  t.is(asks(sandbox), 2);
  await expectFiled(t, home, all);
});

const deletions = (kind: string, many: number | "forever") =>
  ["/v1/files/:id", "/v1/responses/:id"].map((path) => ({
    request: `DELETE ${path}`,
    kinds: Array.from({ length: many === "forever" ? 1 : many }, () => kind),
    forever: many === "forever",
  }));

test("what can't be deleted for a while is in the end", async (t) => {
  await using sandbox = await openSandbox({ faults: deletions("fault", 3) });
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", await invoice("RE-7"));
  t.is((await runOnce(home, sandbox)).archived, 1);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
  const [record] = await home.records();
  t.is(record?.work, null);
  t.truthy(record?.upload?.deletedAt);
  const events = (await home.logs()).map(({ event }) => event);
  t.true(events.indexOf("document.archived") < events.indexOf("upload.deleted"));
});

/** A home whose one document is archived, with its upload and its answer still at the server. */
async function leftBehind(sandbox: Sandbox, bytes: Uint8Array): Promise<Home> {
  const home = await homeAt(sandbox);
  await home.drop("scan.pdf", bytes);
  sandbox.setFaults(deletions("denied", "forever"));
  const keys = new Map([["openai", sandbox.key]]);
  await using daemon = await openDaemon(home.config, { keys, grace: 50 });
  await daemon.once();
  return home;
}

test("what can't be deleted is told, and deleted by a later start", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await leftBehind(sandbox, await invoice("RE-7"));
  const [left] = await home.records();
  t.like(left, { status: "archived", work: { step: "delete", staged: "" } });
  t.deepEqual(left?.work?.stored, sandbox.responses());
  t.deepEqual([sandbox.files().length, sandbox.responses().length], [1, 1]);
  const { stdout } = await autod(["show", left?.id ?? "", "--config", home.configFile]);
  t.regex(stdout, /still to be deleted at the server/);

  sandbox.setFaults(null);
  t.is((await runOnce(home, sandbox)).archived, 0);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
  const [record] = await home.records();
  t.like(record, { status: "archived", work: null });
  t.truthy(record?.upload?.deletedAt);
  t.is(asks(sandbox), 1);
});

test("undone and filed again, a document doesn't lose what is still to be deleted", async (t) => {
  await using sandbox = await openSandbox();
  const bytes = await invoice("RE-7");
  await using home = await leftBehind(sandbox, bytes);
  const id = (await home.records())[0]?.id ?? "";
  const config = ["--config", home.configFile];
  t.is((await autod(["undo", id, ...config])).code, 0);
  t.like(await home.records(), [{ status: "undone", work: { step: "delete" } }]);
  t.is((await autod(["retry", id, ...config])).code, 0);
  {
    const keys = new Map([["openai", sandbox.key]]);
    await using daemon = await openDaemon(home.config, { keys, grace: 50 });
    t.is((await daemon.once()).tally.archived, 1);
  }
  t.like(await home.records(), [{ status: "archived", work: { step: "delete" } }]);

  sandbox.setFaults(null);
  await runOnce(home, sandbox);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
  t.like(await home.records(), [{ status: "archived", work: null }]);
  t.is(asks(sandbox), 1);
  await expectFiled(t, home, [bytes]);
});

test("an upload whose id was lost is swept by the next start, and nobody else's is", async (t) => {
  const faults = [{ request: "POST /v1/files", kinds: ["reset-after"] }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", await invoice("RE-7"));
  t.is((await runOnce(home, sandbox)).archived, 1);
  const instance = (await readFile(join(home.folder, "data", "instance"), "utf8")).trim();
  t.deepEqual(
    sandbox.files().map(({ filename }) => filename.startsWith(`autod-${instance}-`)),
    [true],
  );
  const others = [
    `autod-${instance.slice(0, 8)}-0123456789ab.pdf`,
    `autod-${"0".repeat(32)}-0123456789ab.pdf`,
    "letter.pdf",
  ];
  for (const name of others) {
    const body = new FormData();
    body.set("purpose", "user_data");
    body.set("file", new File(["%PDF-1.7"], name, { type: "application/pdf" }));
    const headers = { authorization: `Bearer ${sandbox.key}` };
    t.true((await fetch(`${sandbox.url}/files`, { method: "POST", headers, body })).ok);
  }

  await runOnce(home, sandbox);

  t.deepEqual(
    sandbox.files().map(({ filename }) => filename),
    others,
  );
  const swept = (await home.logs()).filter(({ event }) => event === "upload.swept");
  t.is(swept.length, 1);
});

test("a server that makes no answers in the background is asked for them at once, as before", async (t) => {
  const faults = [{ request: "POST /v1/responses", kinds: ["no-background"], forever: true }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox, { concurrency: 1 });
  await home.drop("scan1.pdf", await invoice("RE-1"));
  await home.drop("scan2.pdf", await invoice("RE-2"));
  t.is((await runOnce(home, sandbox)).archived, 2);
  t.is(asks(sandbox), 3, "that is remembered");
  t.deepEqual(await outcomes(home), ["ok", "ok"]);
  t.deepEqual(sandbox.responses(), []);
});

test("of a server that answers at once no answer is left behind either", async (t) => {
  const faults = [{ request: "POST /v1/responses", kinds: ["at-once"], forever: true }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", await invoice("RE-7"));
  t.is((await runOnce(home, sandbox)).archived, 1);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
  t.is(sandbox.requests().filter(({ path }) => path.startsWith("/v1/responses/")).length, 1);
});
