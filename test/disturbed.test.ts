import { link, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { textOfBytes } from "../src/pdf/bytes.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { readInstance } from "../src/store/data-dir.ts";
import { fillDisk } from "./helpers/fill-disk.ts";
import { smallDisk } from "./helpers/folder.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { quickFolder } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { seededWork, seedStore } from "./helpers/seeded-store.ts";
import { until, watching, type Watching } from "./helpers/watching.ts";

const retry = { attempts: 3, minDelay: "10ms", maxDelay: "200ms" };
const schedule = { rescan: "* * * * * *" };

const times = (daemon: Watching, wanted: string) =>
  daemon.lines().filter(({ event }) => event === wanted).length;

test("what is in work while its archive is away for a moment is worked on once", async (t) => {
  await using sandbox = await openSandbox({ latency: 1000 });
  await using home = await homeAt(sandbox, { retry, schedule });
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await daemon.saw("document.claimed");
  await rename(home.archive, `${home.archive}.away`);
  await daemon.saw("folder.offline");
  await rename(`${home.archive}.away`, home.archive);
  await daemon.saw("folder.online");
  await daemon.have("archived", 1);
  await daemon.stop();

  t.is(times(daemon, "document.claimed"), 1);
  t.is(times(daemon, "document.waiting"), 0);
  await expectFiled(t, home, [bytes]);
});

test("a paid answer whose archive is away is filed once when that is back, and nobody looks for it again", async (t) => {
  await using sandbox = await openSandbox({ latency: 500 });
  await using home = await homeAt(sandbox, { retry, schedule });
  const waits = { first: 3_000, longest: 3_000 };
  await using daemon = await watching(home, sandbox, { waits });
  await daemon.saw("folder.watching");
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await daemon.saw("document.uploaded");
  await rename(home.archive, `${home.archive}.away`);
  await daemon.saw("document.waiting");
  const [waiting] = daemon.records();
  await daemon.saw("folder.offline");
  await rename(`${home.archive}.away`, home.archive);
  await daemon.have("archived", 1);
  // Another goes its way until the time has come that the first one would have waited for.
  await until(() => Date.now() > Date.parse(waiting?.waiting?.retryAt ?? ""));
  await home.drop("other.pdf", await invoice("RE-8"));
  await daemon.have("archived", 2);
  await daemon.stop();

  t.is(waiting?.waiting?.reason, "offline");
  t.is(times(daemon, "document.waiting"), 1);
  t.is(times(daemon, "document.claimed"), 3);
  t.is(sandbox.bills().length, 2);
});

test("while an archive is away nothing of its folder is claimed, and others go on", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {
    retry,
    schedule,
    folders: ["scans", "letters"].map((name) =>
      quickFolder(name, { archive: name === "scans" ? "./Archive" : "./Quarantine" }),
    ),
  });
  const all = [await invoice("RE-1"), await invoice("RE-2")] as const;
  await home.drop("letters/.keep", "");
  await home.drop("scans/.keep", "");
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching", 2);
  await rename(home.archive, `${home.archive}.away`);
  await home.drop("scans/scan.pdf", all[0]);
  await home.drop("letters/letter.pdf", all[1]);
  await daemon.have("archived", 1);

  t.is(daemon.records().length, 1);
  t.true((await home.left()).includes("Inbox/scans/scan.pdf"));

  await rename(`${home.archive}.away`, home.archive);
  await daemon.have("archived", 2);
  await daemon.stop();
  t.is(times(daemon, "document.claimed"), 2);
});

test("a model that is gone costs nothing either where it is met by one run after the other", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {
    profiles: { default: { model: "gpt-4-turbo" } },
    prices: { "gpt-4-turbo": { input: 1, output: 1 } },
  });
  await home.drop("scan.pdf", await invoice("RE-7"));
  for (const run of [1, 2, 3]) {
    t.like(await runOnce(home, sandbox), { waiting: 1, quarantined: 0 }, `run ${run}`);
  }
  t.like(await home.records(), [{ status: "waiting", error: { code: "MODEL_UNAVAILABLE" } }]);
});

test("a model without a known price blocks its profile", async (t) => {
  await using sandbox = await openSandbox();
  const profiles = { default: { model: "gpt-99" } };
  await using home = await homeAt(sandbox, {
    profiles,
    concurrency: 1,
    // Looked at again after two seconds.
    retry: { attempts: 1, minDelay: "10ms", maxDelay: "20s" },
  });
  await home.drop("scan1.pdf", await invoice("RE-1"));
  await home.drop("scan2.pdf", await invoice("RE-2"));
  await using daemon = await watching(home, sandbox);
  await daemon.saw("account.blocked");
  await daemon.have("waiting", 1);
  await daemon.stop();

  t.is(times(daemon, "document.claimed"), 1);
  t.like(daemon.records(), [{ error: { code: "PRICE_UNKNOWN" }, waiting: { reason: "account" } }]);
  t.is((await home.left()).length, 2);
  t.like(await runOnce(home, sandbox), { waiting: 2, quarantined: 0 });
});

test("what was killed on its way into quarantine is there after the next start", async (t) => {
  const document = [{ request: "POST /v1/files", kinds: ["document"] }];
  await using sandbox = await openSandbox({ faults: document });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await runOnce(home, sandbox);
  const [before] = await home.records();
  if (!before) return t.fail();
  const [staged, target] = [join(home.inbox, ".autod/staging/gone/scan.pdf"), home.quarantine];
  const work = seededWork(staged, "file", { target });
  const cutOff = { ...before, status: "processing", filedAs: null, work } as const;
  await seedStore(home.config.dataDir, [cutOff]);

  await runOnce(home, sandbox);

  const [record] = await home.records();
  t.like(record, { status: "quarantined", filedAs: before.filedAs, error: before.error });
  await expectFiled(t, home, [bytes]);
});

test("what was killed on its way back to its inbox stands there once, and is taken again", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await runOnce(home, sandbox);
  const bytes = await invoice("RE-7");
  const instance = await readInstance(home.config.dataDir);
  const claim = join(home.inbox, ".autod/staging", instance ?? "", "0123456789abcdef/deep");
  await mkdir(claim, { recursive: true });
  // Its own name was taken by another file meanwhile.
  await home.drop("deep/scan.pdf", await invoice("RE-8"));
  await link(await home.drop("deep/scan (2).pdf", bytes), join(claim, "scan.pdf"));

  t.is((await runOnce(home, sandbox)).archived, 2);

  await expectFiled(t, home, [bytes, await invoice("RE-8")]);
  t.deepEqual(await readdir(join(home.inbox, ".autod/staging", instance ?? "")), []);
});

test("a refused document whose quarantine is away is not asked about again", async (t) => {
  const refusal = [{ request: "POST /v1/responses", kinds: ["refusal"], forever: true }];
  await using sandbox = await openSandbox({ faults: refusal, latency: 500 });
  await using home = await homeAt(sandbox, { schedule });
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await until(() =>
    sandbox.requests().some(({ method, path }) => method === "POST" && path === "/v1/responses"),
  );
  const obstacle = join(home.folder, "obstacle");
  await rename(home.quarantine, obstacle);
  await writeFile(home.quarantine, "a file where a folder should be");
  await daemon.saw("document.waiting");
  await daemon.saw("folder.offline");

  t.is(sandbox.bills().length, 1);
  t.like(daemon.records(), [
    { status: "waiting", waiting: { reason: "offline" }, error: { kind: "disk" } },
  ]);

  await rm(home.quarantine);
  await rename(obstacle, home.quarantine);
  await daemon.have("quarantined", 1);
  await daemon.stop();
  t.is(sandbox.bills().length, 1);
  t.like(daemon.records(), [{ error: { code: "ANSWER_REFUSED" } }]);
  await expectFiled(t, home, [bytes]);
});

test("what had no room in the budget goes on as soon as bills turn out smaller than what was held", async (t) => {
  await using sandbox = await openSandbox({ latency: 50 });
  // One document may cost up to 1.2 cents, so three fit at a time, and their bills are far smaller.
  const budget = { perDay: 0.04, perDocument: null };
  await using home = await homeAt(sandbox, { budget, concurrency: 8 });
  const all = await Promise.all(Array.from({ length: 10 }, (_, at) => invoice(`RE-${at}`)));
  for (const [at, bytes] of all.entries()) await home.drop(`scan${at}.pdf`, bytes);
  await using daemon = await watching(home, sandbox);
  await daemon.have("archived", 10);
  await daemon.stop();

  t.true(
    daemon
      .lines()
      .some(
        ({ event, error }) =>
          event === "document.waiting" && (error as { code: string }).code === "BUDGET_EXHAUSTED",
      ),
  );
  await expectFiled(t, home, all);
});

test("a cut answer for which the budget has no second try is paid for once", async (t) => {
  await using sandbox = await openSandbox();
  const run = async (maxOutputTokens: number, perDay: string | null) => {
    const profiles = { default: { maxOutputTokens } };
    await using home = await homeAt(sandbox, { profiles, budget: { perDay } });
    await home.drop("scan.pdf", await invoice("RE-7"));
    const tally = await runOnce(home, sandbox);
    const [record] = await home.records();
    return { tally, record };
  };
  // What the longer second one may cost fits by itself, but not beside the bill of the first.
  const { record: longer } = await run(40, null);
  const before = sandbox.bills().length;
  const { tally, record } = await run(20, longer?.estimate?.upperCostUsd ?? null);

  t.is(tally.quarantined, 1);
  t.is(sandbox.bills().length - before, 1);
  t.is(record?.error?.code, "ANSWER_INCOMPLETE");
});

test("an answer that comes when the disk is full is stored in the room that was spared, and nothing more is taken until there is room again", async (t) => {
  const disk = await smallDisk(t, 1000);
  if (disk === null) return;
  const asked = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  await using inspector = startInspector();
  await using sandbox = await startSandbox({
    async readText(bytes) {
      asked.resolve();
      await full.promise;
      return await textOfBytes(inspector)(bytes);
    },
  });
  await using home = await homeAt(sandbox, { dataDir: disk });
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const all = [await invoice("RE-7"), await invoice("RE-8")] as const;
  await home.drop("scan.pdf", all[0]);
  await asked.promise;
  const makeRoom = await fillDisk(disk);
  full.resolve();
  await daemon.have("archived", 1);
  await home.drop("later.pdf", all[1]);
  await until(() => daemon.lines().some(({ msg }) => msg === "no room: nothing is taken"));
  t.is(times(daemon, "document.claimed"), 1);

  await makeRoom();
  await daemon.have("archived", 2);
  await daemon.stop();

  t.is(sandbox.bills().length, 2);
  t.deepEqual(
    daemon.records().flatMap(({ calls }) => calls.map(({ outcome }) => outcome)),
    ["ok", "ok"],
  );
  await expectFiled(t, home, all);
});

test("a lost answer that could not be booked, for the disk is full, is booked before it is asked for again", async (t) => {
  const disk = await smallDisk(t, 1000);
  if (disk === null) return;
  const lost = [{ request: "POST /v1/responses", kinds: ["hang"] }];
  await using sandbox = await openSandbox({ faults: lost });
  const openai = { baseUrl: sandbox.url, timeout: "1s" };
  await using home = await homeAt(sandbox, { dataDir: disk, openai });
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await until(() => sandbox.requests().some(({ path }) => path === "/v1/responses"));
  const makeRoom = await fillDisk(disk);
  await daemon.saw("document.waiting");
  await makeRoom();
  await daemon.have("archived", 1);
  await daemon.stop();

  t.deepEqual(
    daemon.records().flatMap(({ calls }) => calls.map(({ outcome }) => outcome)),
    ["unknown", "ok"],
  );
  await expectFiled(t, home, [bytes]);
});
