import { execFile } from "node:child_process";
import { link, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import test from "ava";
import { openDaemon } from "../src/daemon.ts";
import { expectFiled, sha256 } from "./helpers/expect-filed.ts";
import { standBefore } from "./helpers/front.ts";
import { invoice, pdf } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { sent } from "./helpers/sent.ts";
import { seedStore, seededRecord, seededWork } from "./helpers/seeded-store.ts";

test("reads, records and files a PDF, and deletes its upload", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-2026-0042");
  const path = await home.drop("scan0001.pdf", bytes);

  const tally = await runOnce(home, sandbox);

  t.is(tally.archived, 1);
  await expectFiled(t, home, [bytes]);
  const [record] = await home.records();
  t.is(record?.status, "archived");
  t.is(record?.source.path, path);
  t.is(record?.extraction?.issuer, "Nordlicht Energie GmbH");
  t.is(record?.extraction?.documentDate, "2026-01-15");
  t.is(record?.extraction?.totalAmount, "95.20");
  t.is(record?.calls.length, 1);
  t.is(record?.costUsd, record?.calls[0]?.costUsd);
  t.regex(
    record?.filedAs ?? "",
    /Archive\/2026\/[A-Z]\w+\/2026-01-15 Nordlicht Energie GmbH - .+\.pdf$/,
  );
  t.deepEqual(Object.keys(record?.timings ?? {}), [
    "hash",
    "dedupe",
    "inspect",
    "reserve",
    "upload",
    "extract",
    "persist",
    "file",
  ]);
  t.deepEqual(sandbox.files(), []);
  t.truthy(record?.upload?.deletedAt);
});

test("logs each step with the document it is about, and never its text or the key", async (t) => {
  await using sandbox = await openSandbox({ key: "sk-CANARY-7b1f" });
  await using home = await homeAt(sandbox);
  await home.drop("scan0001.pdf", await invoice("RE-2026-0042"));

  await runOnce(home, sandbox);

  const lines = await home.logs();
  t.deepEqual(
    lines.map(({ event }) => event),
    [
      "daemon.started",
      "cost.report",
      "document.claimed",
      "document.uploaded",
      "call.billed",
      "document.read",
      "document.archived",
      "upload.deleted",
      "daemon.stopped",
    ],
  );
  const [record] = await home.records();
  const billed = lines.find(({ event }) => event === "call.billed");
  t.like(billed, {
    level: "info",
    folder: "scans",
    path: record?.source.path,
    id: record?.id,
    sha256: record?.sha256,
    seq: 1,
    model: "gpt-5.6-luna",
    costUsd: record?.costUsd,
    usage: record?.calls[0]?.usage,
  });
  const text = JSON.stringify(lines);
  t.notRegex(text, /CANARY/);
  t.notRegex(text, /Lindenweg|Hafenstrasse|You read scanned/);
});

test("reads a hundred PDFs once each, and links the ten that came twice", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { concurrency: 8 });
  const numbers = Array.from({ length: 100 }, (_, index) => `RE-${1000 + index}`);
  const all = await Promise.all(numbers.map((number) => invoice(number)));
  const twice = all.slice(0, 10);
  await Promise.all(all.map((bytes, index) => home.drop(`scan${index}.pdf`, bytes)));
  await Promise.all(twice.map((bytes, index) => home.drop(`copy/of ${index}.PDF`, bytes)));

  const tally = await runOnce(home, sandbox);

  t.like(tally, { archived: 100, duplicate: 10, waiting: 0, quarantined: 0 });
  await expectFiled(t, home, [...all, ...twice]);
  t.is(sandbox.bills().length, 100);
  t.deepEqual(sandbox.files(), []);
  const records = await home.records();
  t.is(records.length, 100);
  t.is(new Set(records.map(({ filedAs }) => filedAs)).size, 100);
  t.is(records.flatMap(({ duplicates }) => duplicates).length, 10);
  t.deepEqual(
    records.flatMap(({ calls }) => calls.map(({ seq }) => seq)).toSorted((a, b) => a - b),
    numbers.map((_, index) => index + 1),
  );
});

test("sends nothing of what can't be read, and says beside it why", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { limits: { maxBytes: "40KB", maxPages: 2 } });
  const whole = await invoice("RE-1");
  const files = {
    FILE_EMPTY: Buffer.alloc(0),
    NOT_A_PDF: Buffer.from("<!doctype html><p>not a PDF</p>"),
    PDF_DAMAGED: whole.subarray(0, 40),
    PDF_PASSWORD: await pdf({ pages: ["secret"], password: "open sesame" }),
    TOO_MANY_PAGES: await pdf({ pages: ["one", "two", "three"] }),
    FILE_TOO_LARGE: Buffer.concat([whole, Buffer.alloc(40_000)]),
  };
  for (const [code, bytes] of Object.entries(files)) await home.drop(`${code}.pdf`, bytes);

  const tally = await runOnce(home, sandbox);

  t.is(tally.quarantined, 6);
  await expectFiled(t, home, Object.values(files));
  t.deepEqual(sent(sandbox), []);
  for (const record of await home.records()) {
    const code = record.source.name.replace(".pdf", "");
    t.is(record.status, "quarantined");
    t.like(record.error, { code, kind: "document" });
    t.is(record.costUsd, "0");
    const reason = JSON.parse(await readFile(`${record.filedAs}.reason.json`, "utf8"));
    t.like(reason, { code, costUsd: "0", source: record.source.path, attempts: 1 });
    t.truthy(reason.message);
    t.truthy(reason.hint);
  }
});

test("asks once about equal bytes that arrive at the same moment", async (t) => {
  await using sandbox = await openSandbox({ latency: 50 });
  await using home = await homeAt(sandbox, { concurrency: 10 });
  const bytes = await invoice("RE-7");
  for (let copy = 0; copy < 10; copy += 1) await home.drop(`copy${copy}.pdf`, bytes);

  const tally = await runOnce(home, sandbox);

  t.like(tally, { archived: 1, duplicate: 9 });
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, Array<Buffer>(10).fill(bytes));
  const [record, other] = await home.records();
  t.is(other, undefined);
  t.is(record?.duplicates.length, 9);
});

test("deletes a duplicate where the folder says so, once its bytes were compared", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {}, { duplicates: "delete" });
  const bytes = await invoice("RE-7");
  await home.drop("first.pdf", bytes);
  await runOnce(home, sandbox);
  await home.drop("second.pdf", bytes);

  t.is((await runOnce(home, sandbox)).duplicate, 1);

  await expectFiled(t, home, [bytes]);
  const [record] = await home.records();
  t.like(record?.duplicates, [{ path: join(home.inbox, "second.pdf"), movedTo: null }]);
});

test("files a document again from what was read, where its file is gone", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("first.pdf", bytes);
  await runOnce(home, sandbox);
  const [filed] = await home.records();
  await rm(filed?.filedAs ?? "");
  await home.drop("again.pdf", bytes);

  t.is((await runOnce(home, sandbox)).archived, 1);

  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes]);
  const [record] = await home.records();
  t.is(record?.filedAs, filed?.filedAs);
  t.is(record?.attempts, 2);
  t.true((await home.logs()).some(({ event }) => event === "document.refiled"));
});

test("takes up again what failed without a bill, and sets the failed file aside", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = Buffer.from("no PDF at all, but the same one twice");
  await home.drop("first.pdf", bytes);
  await runOnce(home, sandbox);
  await home.drop("second.pdf", bytes);

  t.is((await runOnce(home, sandbox)).quarantined, 1);

  t.deepEqual(await home.filed(), [
    "Archive/_duplicates/first.pdf",
    "Quarantine/second.pdf",
    "Quarantine/second.pdf.reason.json",
  ]);
  const [record] = await home.records();
  t.is(record?.attempts, 2);
});

test("a wrong key costs no document anything: it goes back and waits for the right one", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  const path = await home.drop("deep/er/scan.pdf", bytes);

  const tally = await runOnce(home, { key: "sk-wrong" });

  t.like(tally, { waiting: 1, quarantined: 0 });
  t.deepEqual(await home.left(), ["Inbox/deep/er/scan.pdf"]);
  t.deepEqual(await readFile(path), bytes);
  const [waiting] = await home.records();
  t.like(waiting, { status: "waiting", costUsd: "0", error: { code: "KEY_REJECTED" } });
  t.like(waiting?.waiting, { reason: "account", parked: { path, size: bytes.length } });

  t.is((await runOnce(home, sandbox)).archived, 1);
  const [record] = await home.records();
  t.like(record, { status: "archived", waiting: null, error: null, attempts: 2 });
  await expectFiled(t, home, [bytes]);
});

test("a server that is away costs no document anything", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt({ url: "http://127.0.0.1:9/v1" });
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);

  t.is((await runOnce(home, sandbox)).waiting, 1);

  t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
  const [record] = await home.records();
  t.like(record, { status: "waiting", error: { code: "API_UNREACHABLE" }, calls: [] });
  t.is(record?.waiting?.reason, "retry");
  const retried = (await home.logs()).filter(({ event }) => event === "stage.retried");
  t.deepEqual(
    retried.map(({ attempt }) => attempt),
    [1, 2],
  );
});

test("survives trouble that passes while it is tried again", async (t) => {
  await using sandbox = await openSandbox();
  await using front = await standBefore(sandbox.url, (kind, number) => {
    if (kind === "POST /v1/files" && number === 1) return { status: 503, body: {} };
    if (kind === "POST /v1/responses" && number < 3) return { status: 429, body: {} };
    return null;
  });
  await using home = await homeAt(front);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);

  t.is((await runOnce(home, sandbox)).archived, 1);

  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes]);
  t.deepEqual(sandbox.files(), []);
});

test("books an answer that was lost as possibly billed, and asks again at the next start", async (t) => {
  await using sandbox = await openSandbox();
  await using front = await standBefore(sandbox.url, (kind, number) =>
    kind === "POST /v1/responses" && number === 1 ? "reset-after" : null,
  );
  await using home = await homeAt(front);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);

  t.is((await runOnce(home, sandbox)).waiting, 1);
  const [lost] = await home.records();
  t.like(lost, { status: "waiting", error: { code: "API_ANSWER_LOST" }, costUsd: "0" });
  t.like(lost?.calls, [{ outcome: "unknown", possibleUsd: lost?.estimate?.upperCostUsd }]);
  t.deepEqual(sandbox.files(), []);

  t.is((await runOnce(home, sandbox)).archived, 1);
  const [record] = await home.records();
  t.deepEqual(
    record?.calls.map(({ outcome }) => outcome),
    ["unknown", "ok"],
  );
  t.is(record?.costUsd, record?.calls[1]?.costUsd);
  await expectFiled(t, home, [bytes]);
});

test("asks for a cut answer once more with a doubled limit, and bills both", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { profiles: { default: { maxOutputTokens: 20 } } });
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);

  t.is((await runOnce(home, sandbox)).quarantined, 1);

  const [record] = await home.records();
  t.is(record?.error?.code, "ANSWER_INCOMPLETE");
  t.deepEqual(
    record?.calls.map(({ outcome, usage }) => [outcome, usage.outputTokens]),
    [
      ["incomplete", 20],
      ["incomplete", 40],
    ],
  );
  const reason = JSON.parse(await readFile(`${record?.filedAs}.reason.json`, "utf8"));
  t.is(reason.costUsd, record?.costUsd);
  t.not(record?.costUsd, "0");
  t.deepEqual(sandbox.files(), []);

  await home.drop("again.pdf", bytes);
  t.is((await runOnce(home, sandbox)).duplicate, 1, "what was billed is not taken up again");
});

test("sends nothing that could cost more than a document may", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { budget: { perDocument: 0.0001 } });
  await home.drop("scan.pdf", await invoice("RE-7"));

  t.is((await runOnce(home, sandbox)).quarantined, 1);

  t.deepEqual(sent(sandbox), []);
  const [record] = await home.records();
  t.is(record?.error?.code, "OVER_BUDGET");
});

test("never passes the day's cap, however many are at work", async (t) => {
  await using sandbox = await openSandbox();
  // One document may cost up to 1.2 cents, so two fit at a time, and their bills are far smaller.
  await using home = await homeAt(sandbox, { budget: { perDay: 0.025 }, concurrency: 8 });
  const all = await Promise.all(["1", "2", "3", "4", "5", "6"].map((number) => invoice(number)));
  await Promise.all(all.map((bytes, index) => home.drop(`scan${index}.pdf`, bytes)));

  const tally = await runOnce(home, sandbox);

  t.is(tally.archived + tally.waiting, 6);
  t.true(tally.waiting > 0);
  const waiting = (await home.records()).filter(({ status }) => status === "waiting");
  for (const record of waiting) {
    t.like(record, {
      error: { code: "BUDGET_EXHAUSTED" },
      waiting: { reason: "budget" },
      calls: [],
    });
  }
  t.is((await home.left()).length, tally.waiting);
  t.is(sandbox.bills().length, tally.archived);
});

test("a model without a known price is asked nothing", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { profiles: { default: { model: "gpt-99" } } });
  await home.drop("scan.pdf", await invoice("RE-7"));

  t.is((await runOnce(home, sandbox)).waiting, 1);

  t.false(sandbox.requests().some(({ method }) => method === "POST"));
  const [record] = await home.records();
  t.is(record?.error?.code, "PRICE_UNKNOWN");
});

test("sets aside for a person what a check speaks against", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { profiles: { default: { review: { below: 1 } } } });
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);

  t.is((await runOnce(home, sandbox)).review, 1);

  t.deepEqual(await home.filed(), [
    "Archive/_review/scan.pdf",
    "Archive/_review/scan.pdf.reason.json",
  ]);
  const [record] = await home.records();
  t.is(record?.status, "review");
  t.like(record?.checks, [{ field: "confidence", code: "CONFIDENCE_LOW", hard: true }]);
  await expectFiled(t, home, [bytes]);
});

test("leaves alone what is no PDF of its own in the inbox, and says why once", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const secret = join(home.folder, "secret.pdf");
  await writeFile(secret, await invoice("SECRET"));
  await symlink(secret, join(home.inbox, "link.pdf"));
  await link(secret, join(home.inbox, "hard.pdf"));
  await promisify(execFile)("mkfifo", [join(home.inbox, "pipe.pdf")]);
  await mkdir(join(home.inbox, "folder.pdf"));
  await home.drop("notes.txt", "notes");
  await home.drop(".hidden.pdf", "hidden");
  await home.drop("download.pdf.part", "half");

  const tally = await runOnce(home, sandbox);

  t.is(tally.ignored, 6);
  t.deepEqual(sent(sandbox), []);
  t.deepEqual(await home.records(), []);
  const reported = (await home.logs()).filter(({ event }) => event === "file.ignored");
  t.deepEqual(
    reported
      .map(({ path, error }) => {
        const name = String(path).slice(home.inbox.length + 1);
        return `${name}: ${(error as { code: string }).code}`;
      })
      .toSorted(),
    [
      "hard.pdf: HARD_LINKED",
      "link.pdf: SYMBOLIC_LINK",
      "notes.txt: NOT_NAMED_PDF",
      "pipe.pdf: NO_FILE",
    ],
  );
});

test("takes nothing in a folder whose archive is missing, and makes none", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", await invoice("RE-7"));
  await rm(home.archive, { recursive: true });

  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", sandbox.key]]) });
  const { offline } = await daemon.once();

  t.deepEqual(offline, ["scans"]);
  t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
  await t.throwsAsync(stat(home.archive), { code: "ENOENT" });
});

test("looks at each start for copies that a crash left, once in each archive and quarantine", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { logs: { dir: "./log", level: "debug" } });
  await runOnce(home, sandbox);
  const swept = (await home.logs()).filter(({ msg }) => msg === "left-over copies removed");
  t.deepEqual(
    swept.map(({ path, removed }) => [path, removed]),
    [
      [home.archive, 0],
      [home.quarantine, 0],
    ],
  );
});

test("a second autod is refused the store", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const keys = new Map([["openai", sandbox.key]]);
  await using _first = await openDaemon(home.config, { keys });

  await t.throwsAsync(openDaemon(home.config, { keys }), { code: "STORE_LOCKED" });
});

test("watching, it takes what is saved, also under a name that was there before", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const all = await Promise.all(["1", "2", "3"].map((number) => invoice(number)));
  await home.drop("there-before.pdf", all[0] ?? "");
  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", sandbox.key]]) });
  const ended = daemon.watch();
  const archived = (count: number) =>
    until(
      () => [...daemon.records()].filter(({ status }) => status === "archived").length === count,
    );

  await archived(1);
  await home.drop("scan.pdf", all[1] ?? "");
  await archived(2);
  await home.drop("scan.pdf", all[2] ?? "");
  await archived(3);
  daemon.stop();
  const { tally } = await ended;

  t.is(tally.archived, 3);
  await expectFiled(t, home, all);
});

test("a stop waits for what was asked, and files it; what was not begun stays in its inbox", async (t) => {
  await using sandbox = await openSandbox({ latency: 300 });
  const openai = { baseUrl: sandbox.url, resumable: false };
  await using home = await homeAt(sandbox, { openai, concurrency: 1 });
  const all = [await invoice("RE-1"), await invoice("RE-2")];
  await home.drop("scan1.pdf", all[0] ?? "");
  await home.drop("scan2.pdf", all[1] ?? "");
  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", sandbox.key]]) });
  const ended = daemon.watch();
  await until(() => sandbox.requests().some(({ path }) => path === "/v1/responses"));
  daemon.stop();
  await ended;

  t.is((await home.filed()).length, 1);
  t.is((await home.left()).length, 1);
  const [record, other] = await home.records();
  t.like(record, { status: "archived", calls: [{ outcome: "ok" }] });
  t.is(other, undefined);
  await daemon[Symbol.asyncDispose]();
  t.deepEqual(sandbox.files(), []);
});

test("carries on at the next start what a stop left in staging", async (t) => {
  await using sandbox = await openSandbox({ latency: 300 });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("sub/scan.pdf", bytes);
  {
    await using daemon = await openDaemon(home.config, {
      keys: new Map([["openai", sandbox.key]]),
      grace: 0,
    });
    const ended = daemon.once();
    await until(() => sandbox.requests().some(({ path }) => path === "/v1/responses"));
    daemon.stop();
    t.is((await ended).tally.aborted, 1);
  }
  t.deepEqual(await home.filed(), []);

  t.is((await runOnce(home, sandbox)).archived, 1);

  await expectFiled(t, home, [bytes]);
  const [record] = await home.records();
  t.is(record?.source.path, join(home.inbox, "sub/scan.pdf"));
  t.deepEqual(
    record?.calls.map(({ outcome }) => outcome),
    ["unknown", "ok"],
  );
  await until(() => sandbox.files().length === 0);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(10);
}

test("books what a killed process asked, also where its model has no price any more", async (t) => {
  await using sandbox = await openSandbox({ latency: 300 });
  await using home = await homeAt(sandbox, {
    profiles: { default: { model: "gpt-5.6-luna" } },
    prices: { "gpt-5.6-luna": { input: 1, output: 2 } },
  });
  await home.drop("scan.pdf", await invoice("RE-7"));
  {
    await using daemon = await openDaemon(home.config, {
      keys: new Map([["openai", sandbox.key]]),
      grace: 0,
    });
    const ended = daemon.once();
    await until(() => sandbox.requests().some(({ path }) => path === "/v1/responses"));
    daemon.stop();
    await ended;
  }
  const settings = { ...home.config.profiles["default"], model: "gpt-99" } as never;
  const config = { ...home.config, profiles: { default: settings }, prices: {} };

  await using daemon = await openDaemon(config, { keys: new Map([["openai", sandbox.key]]) });

  const [record] = [...daemon.records()];
  t.like(record?.calls, [{ outcome: "unknown", possibleUsd: record?.estimate?.upperCostUsd }]);
});

test("finishes at the next start a move whose record was cut off", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await runOnce(home, sandbox);
  const [record] = await home.records();
  if (!record) return t.fail();
  const staged = join(home.inbox, ".autod/staging/gone/scan.pdf");
  const work = seededWork(staged, "file", { target: record.filedAs });
  const cutOff = { ...record, status: "processing" as const, filedAs: null, history: [], work };
  await seedStore(home.config.dataDir, [cutOff]);

  await runOnce(home, sandbox);

  const [finished] = await home.records();
  t.like(finished, { status: "archived", filedAs: record.filedAs, work: null });
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes]);
});

test("finishes at the next start the link of a duplicate that was cut off", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await runOnce(home, sandbox);
  await home.drop("again.pdf", bytes);
  await runOnce(home, sandbox);
  const [record] = await home.records();
  const [twin] = record?.duplicates ?? [];
  if (!record || !twin) return t.fail();
  const gone = { ...twin, movedTo: join(home.inbox, ".autod/staging/gone/claim/again.pdf") };
  const nowhere = { ...gone, path: join(home.inbox, "other.pdf"), movedTo: gone.movedTo + ".pdf" };
  await seedStore(home.config.dataDir, [{ ...record, duplicates: [gone, nowhere] }]);

  await runOnce(home, sandbox);

  const [finished] = await home.records();
  t.deepEqual(finished?.duplicates, [twin, { ...nowhere, movedTo: null }]);
  await expectFiled(t, home, [bytes, bytes]);
});

test("a document whose file is nowhere waits for it to come again", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  const staged = join(home.inbox, ".autod/staging/gone/scan.pdf");
  await seedStore(home.config.dataDir, [
    seededRecord(1, {
      sha256: sha256(bytes),
      id: sha256(bytes).slice(0, 12),
      status: "processing",
      extraction: null,
      calls: [],
      costUsd: "0",
      filedAs: null,
      work: seededWork(staged, "claimed"),
    }),
  ]);
  await runOnce(home, sandbox);
  t.like(await home.records(), [
    { status: "waiting", error: { code: "FILE_MISSING" }, work: null },
  ]);

  await home.drop("again.pdf", bytes);
  t.is((await runOnce(home, sandbox)).archived, 1);
  await expectFiled(t, home, [bytes]);
});

test("a duplicate that can't be set aside stays in staging, which its original tells", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("first.pdf", bytes);
  await runOnce(home, sandbox);
  const [before] = await home.records();
  const obstacle = join(home.archive, "_duplicates");
  await writeFile(obstacle, "a file where a folder should be");
  await home.drop("second.pdf", bytes);

  t.is((await runOnce(home, sandbox)).waiting, 1);
  const [original] = await home.records();
  const [twin, ...more] = original?.duplicates ?? [];
  t.regex(twin?.movedTo ?? "", /\.autod\/staging\/.*\/second\.pdf$/);
  t.deepEqual(more, []);
  const { updatedAt = "" } = original ?? {};
  t.deepEqual({ ...original, duplicates: [] }, { ...before, updatedAt });

  await rm(obstacle);
  t.is((await runOnce(home, sandbox)).duplicate, 1);
  const movedTo = join(obstacle, "second.pdf");
  t.like(await home.records(), [{ duplicates: [{ path: twin?.path, movedTo }] }]);
  await expectFiled(t, home, [bytes, bytes]);
});
