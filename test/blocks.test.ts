import { rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { expectFiled } from "./helpers/expect-filed.ts";
import { quickFolder } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

const retry = { attempts: 3, minDelay: "10ms", maxDelay: "200ms" };
const asks = "POST /v1/responses";

type Requests = readonly { readonly method: string; readonly path: string }[];
const count = (requests: Requests, wanted: string) =>
  requests.filter(({ method, path }) => `${method} ${path}`.startsWith(wanted)).length;

/** Invoices, saved one by one. */
async function dropAll(home: { drop: (name: string, bytes: Buffer) => unknown }, many: number) {
  const all = await Promise.all(Array.from({ length: many }, (_, at) => invoice(`RE-${at}`)));
  for (const [at, bytes] of all.entries()) await home.drop(`scan${at}.pdf`, bytes);
  return all;
}

test("a wrong key stops all claims at once, and the right one lets them go on by themselves", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { retry, concurrency: 2 });
  sandbox.setKey("sk-another");
  const all = await dropAll(home, 20);
  await using daemon = await watching(home, sandbox);
  await daemon.saw("account.blocked");
  await until(() => count(sandbox.requests(), "GET /v1/models") >= 4);
  await until(() => daemon.records().every(({ status }) => status === "waiting"));

  t.true(count(sandbox.requests(), "POST /v1/files") <= 2, "only what was in work met it");
  t.is(count(sandbox.requests(), asks), 0);
  t.is((await home.left()).length, 20);
  t.deepEqual(
    daemon.records().map(({ waiting, error }) => [waiting?.reason, error?.code]),
    daemon.records().map(() => ["account", "KEY_REJECTED"]),
  );

  sandbox.setKey(sandbox.key);
  await daemon.have("archived", 20);
  await daemon.stop();
  t.is(daemon.lines().filter(({ event }) => event === "account.blocked").length, 1);
  t.is(daemon.lines().filter(({ event }) => event === "account.ok").length, 1);
  t.is(sandbox.bills().length, 20);
  await expectFiled(t, home, all);
});

test("without credit one document at a time finds out whether there is some again", async (t) => {
  const faults = [{ request: asks, kinds: ["quota"], forever: true }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox, { retry, concurrency: 4 });
  const all = await dropAll(home, 12);
  await using daemon = await watching(home, sandbox);
  await daemon.saw("account.blocked");
  const atFirst = count(sandbox.requests(), asks);
  await until(() => count(sandbox.requests(), asks) >= atFirst + 3);

  t.true(atFirst <= 4);
  // Those that met it first are on their way back, as fast as the disk lets them.
  await until(async () => (await home.left()).length >= 11);

  sandbox.setFaults(null);
  await daemon.have("archived", 12);
  await daemon.stop();
  t.is(sandbox.bills().length, 12);
  t.deepEqual(sandbox.files(), []);
  await expectFiled(t, home, all);
});

test("a block is remembered over a restart: one free look before anything is taken", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { retry, concurrency: 1 });
  sandbox.setKey("sk-another");
  const all = await dropAll(home, 5);
  {
    await using daemon = await watching(home, sandbox);
    await daemon.saw("document.waiting");
  }
  const before = sandbox.requests().length;
  await using daemon = await watching(home, sandbox);
  await until(() => sandbox.requests().length >= before + 3);
  const later = sandbox.requests().slice(before);
  t.true(count(later, "GET /v1/models/gpt-5.6-luna") > 0);
  // What is left of uploads is looked for too, which is as free.
  t.true(later.every(({ method }) => method === "GET"));

  sandbox.setKey(sandbox.key);
  await daemon.have("archived", 5);
  await daemon.stop();
  await expectFiled(t, home, all);
});

test("a model that is gone blocks its profile, and other profiles go on", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {
    retry,
    prices: { "gpt-4-turbo": { input: 1, output: 1 } },
    profiles: { default: { model: "gpt-4-turbo" }, letters: { model: "gpt-5.6-luna" } },
    folders: ["scans", "letters"].map((name) =>
      quickFolder(name, { profile: name === "letters" ? "letters" : "default" }),
    ),
  });
  await home.drop("scans/scan.pdf", await invoice("RE-1"));
  await home.drop("letters/letter.pdf", await invoice("RE-2"));
  await using daemon = await watching(home, sandbox);
  await daemon.have("archived", 1);
  await daemon.have("waiting", 1);
  await home.drop("letters/another.pdf", await invoice("RE-3"));
  await daemon.have("archived", 2);
  await daemon.stop();

  const waiting = daemon.records().find(({ status }) => status === "waiting");
  t.like(waiting, { error: { code: "MODEL_UNAVAILABLE" }, waiting: { reason: "account" } });
  t.like(
    daemon.lines().find(({ event }) => event === "account.blocked"),
    { profile: "default" },
  );
});

test("three in a row that are refused for the same reason go back, until one that is read clears the profile", async (t) => {
  const refused = Array<string>(6).fill("document");
  const faults = [{ request: asks, kinds: refused }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox, { retry, concurrency: 1 });
  const all = await dropAll(home, 3);
  await using daemon = await watching(home, sandbox);
  await daemon.saw("account.blocked");
  await until(() => daemon.records().every(({ status }) => status === "waiting"));

  t.deepEqual(await home.filed(), []);
  t.is((await home.left()).length, 3);
  t.deepEqual(
    daemon.records().map(({ error }) => error?.code),
    Array(3).fill("PROFILE_FAILING"),
  );
  await daemon.have("archived", 3);
  await daemon.stop();
  await expectFiled(t, home, all);
});

test("those that are refused at the same moment go back as well", async (t) => {
  const faults = [{ request: asks, kinds: ["document"], forever: true }];
  await using sandbox = await openSandbox({ faults, latency: 100 });
  await using home = await homeAt(sandbox, { retry, concurrency: 6 });
  await dropAll(home, 6);
  t.is((await runOnce(home, sandbox)).archived, 0);

  t.deepEqual(await home.filed(), []);
  t.is((await home.left()).length, 6);
  t.deepEqual(
    (await home.records()).map(({ waiting, error }) => `${waiting?.reason} ${error?.code}`),
    Array(6).fill("account PROFILE_FAILING"),
  );
});

test("what is refused again after others were read is condemned alone", async (t) => {
  await using sandbox = await openSandbox({
    faults: [{ request: asks, kinds: ["document"], forever: true }],
  });
  // The first look is after two seconds: time enough for another document to come.
  const slowly = { attempts: 1, minDelay: "10ms", maxDelay: "20s" };
  await using home = await homeAt(sandbox, { retry: slowly, concurrency: 1 });
  const bad = await dropAll(home, 3);
  await using daemon = await watching(home, sandbox);
  await daemon.saw("account.blocked");
  // A good one clears the profile while those that went back still wait; then they are tried again.
  const good = await invoice("GOOD");
  sandbox.setFaults([{ request: asks, kinds: ["ok", "document"], forever: true }]);
  await home.drop("good.pdf", good);
  await daemon.have("archived", 1);
  await daemon.have("quarantined", 3);
  await daemon.stop();

  await expectFiled(t, home, [...bad, good]);
  t.deepEqual(
    daemon
      .records()
      .map(({ source, error }) => `${source.name}: ${error?.code}`)
      .toSorted(),
    ["good.pdf: undefined"].concat([0, 1, 2].map((at) => `scan${at}.pdf: REQUEST_REJECTED`)),
  );
});

test("a server that fails eight times in a row is left alone, and is asked again when it answers", async (t) => {
  const faults = [
    { request: "POST /v1/files", kinds: ["fault"], forever: true },
    { request: "GET /v1/models/:id", kinds: ["fault"], forever: true },
  ];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox, { retry, concurrency: 4 });
  const all = await dropAll(home, 10);
  await using daemon = await watching(home, sandbox);
  await until(() => count(sandbox.requests(), "GET /v1/models") >= 5);

  const uploads = count(sandbox.requests(), "POST /v1/files");
  t.true(uploads >= 8 && uploads <= 8 + 4, `${uploads} uploads`);

  sandbox.setFaults(null);
  await daemon.have("archived", 10);
  await daemon.stop();
  await expectFiled(t, home, all);
});

test("what a server asks for is kept, and the document waits with its time on disk", async (t) => {
  const faults = [{ request: asks, kinds: ["rate-limit-after:3600"] }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox, { retry, concurrency: 1 });
  await dropAll(home, 3);
  await using daemon = await watching(home, sandbox);
  await daemon.have("waiting", 1);
  await daemon.stop();

  const [record, other] = daemon.records();
  t.is(other, undefined, "the others were not even claimed");
  t.is((await home.left()).length, 3);
  const { since = "", retryAt } = record?.waiting ?? {};
  t.is(Math.round((Date.parse(retryAt ?? "") - Date.parse(since)) / 60_000), 60);
  t.is(count(sandbox.requests(), asks), 1);
});

test("what waits is left alone by events, rescans and starts, until its file is another", async (t) => {
  const faults = [{ request: asks, kinds: ["rate-limit-after:3600"] }];
  await using sandbox = await openSandbox({ faults });
  await using home = await homeAt(sandbox, { retry, schedule: { rescan: "* * * * * *" } });
  const [bytes] = await dropAll(home, 1);
  {
    await using daemon = await watching(home, sandbox);
    await daemon.have("waiting", 1);
  }
  {
    await using daemon = await watching(home, sandbox);
    await daemon.saw("folder.watching");
    // Another one goes its way meanwhile, through a rescan or two.
    await home.drop("other.pdf", await invoice("OTHER"));
    await daemon.have("archived", 1);
    t.is(daemon.records().length, 2);
    t.is(count(sandbox.requests(), asks), 2);
    t.is(daemon.lines().filter(({ event }) => event === "document.claimed").length, 1);

    await rm(join(home.inbox, "scan0.pdf"));
    await home.drop("scan0.pdf", bytes ?? "");
    await daemon.have("archived", 2);
  }
  t.deepEqual(await home.left(), []);
});
