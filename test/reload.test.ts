import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { loadConfig } from "../src/config/load.ts";
import type { Settings } from "../src/daemon.ts";
import { autod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { type Home, quickFolder } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { startRunning, watched } from "./helpers/running.ts";
import { openPatient, openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

/** Changes the configuration's file. */
async function rewrite(home: Home, change: (settings: any) => void): Promise<void> {
  const settings: unknown = JSON.parse(await readFile(home.configFile, "utf8"));
  change(settings);
  await writeFile(home.configFile, JSON.stringify(settings));
}

/** What `autod run` does when it is told to read its settings anew. */
const reading =
  ({ configFile }: Home, key: string) =>
  async (): Promise<Settings> => ({
    config: await loadConfig({ flags: { config: configFile }, env: {} }),
    keys: new Map([["openai", key]]),
  });

const second = (home: Home) => {
  const inbox = join(home.folder, "Second");
  return { inbox, folder: quickFolder("second", { inbox: "./Second" }) };
};

test("a folder that came is watched, and one that went is not", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const { inbox, folder } = second(home);
  await mkdir(inbox);
  await using daemon = await watching(home, sandbox, { read: reading(home, sandbox.key) });
  await daemon.saw("folder.watching");

  await rewrite(home, (settings) => void settings.folders.push(folder));
  t.like(await daemon.reload(), { folders: ["scans", "second"], later: [], leaving: 0 });
  await writeFile(join(inbox, "two.pdf"), await invoice("RE-2"));
  await home.drop("one.pdf", await invoice("RE-1"));
  await daemon.have("archived", 2);

  await rewrite(home, (settings) => void settings.folders.shift());
  await daemon.reload();
  await home.drop("left.pdf", await invoice("RE-3"));
  await writeFile(join(inbox, "four.pdf"), await invoice("RE-4"));
  await daemon.have("archived", 3);
  t.deepEqual(await home.left(), ["Inbox/left.pdf"]);
  await t.notThrowsAsync(daemon.alive());
});

test("what is in work is ended by the settings that it began with, its folder gone or not", async (t) => {
  await using sandbox = await openPatient();
  await using home = await homeAt(sandbox);
  const { inbox, folder } = second(home);
  await mkdir(inbox);
  await home.drop("one.pdf", await invoice("RE-1"));
  await using daemon = await watching(home, sandbox, { read: reading(home, sandbox.key) });
  await sandbox.asked;

  await rewrite(home, (settings) => {
    settings.folders = [{ ...folder, archive: "./Other" }];
    settings.profiles = { default: { name: "new {title}" } };
  });
  await mkdir(join(home.folder, "Other"));
  t.like(await daemon.reload(), { folders: ["second"], leaving: 1 });
  await writeFile(join(inbox, "two.pdf"), await invoice("RE-2"));
  await daemon.saw("document.uploaded", 2);
  const { stdout } = await autod(["status", "--config", home.configFile]);
  t.regex(stdout, /1 document in work by the configuration of before/);
  sandbox.answer();
  await daemon.have("archived", 2);

  const [one, two] = daemon.records().toSorted((a, b) => (a.source.name < b.source.name ? -1 : 1));
  t.false(one?.filedAs?.includes("/new "), one?.filedAs ?? "");
  t.true(one?.filedAs?.startsWith(home.archive));
  t.regex(two?.filedAs ?? "", /\/Other\/.*\/new /);
  t.is(sandbox.bills().length, 2);
});

test("a wrong file changes nothing, and status says why", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await using autodRunning = startRunning(home, sandbox.key);
  await watched(home);
  const good = await readFile(home.configFile, "utf8");
  await rewrite(home, (settings) => (settings.concurrancy = 3));
  const { code, stderr } = await autod(["reload", "--config", home.configFile]);
  t.is(code, 78, "the command itself reads it");
  t.regex(stderr, /concurrancy/);
  autodRunning.signal("SIGHUP");
  await until(async () =>
    (await home.logs()).some(({ msg }) => String(msg).startsWith("settings not")),
  );

  await home.drop("one.pdf", await invoice("RE-1"));
  await until(async () => (await home.filed()).length === 1);
  await writeFile(home.configFile, good);
  const { stdout } = await autod(["status", "--config", home.configFile]);
  t.regex(stdout, /is in force; that of .* is wrong:\n.*concurrancy/);
  const again = await autod(["reload", "--config", home.configFile]);
  t.is(again.code, 0);
  t.true(again.stdout.includes("is in force: 1 folder, scans"), again.stdout);
  t.notRegex((await autod(["status", "--config", home.configFile])).stdout, /wrong/);
  autodRunning.signal("SIGTERM");
  t.is(await autodRunning.ended(), 0);
});

test("SIGHUP has new limits hold, and tells which settings wait for the next start", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await using running = startRunning(home, sandbox.key);
  await watched(home);
  await rewrite(home, (settings) => {
    settings.budget = { perDocument: 0.0000001 };
    settings.logs.keep = 3;
  });
  running.signal("SIGHUP");
  await until(async () => (await home.logs()).some(({ msg }) => msg === "settings read anew"));
  await home.drop("one.pdf", await invoice("RE-1"));
  await until(async () => (await home.records())[0]?.status === "quarantined");
  t.like(await home.records(), [{ error: { code: "OVER_BUDGET" } }]);
  const { stdout } = await autod(["status", "--config", home.configFile]);
  t.regex(stdout, /from the next start on: logs\.keep/);
  t.is(sandbox.bills().length, 0);
  running.signal("SIGTERM");
  t.is(await running.ended(), 0);
});

test("another store can't be taken for this one", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await using daemon = await watching(home, sandbox, { read: reading(home, sandbox.key) });
  await rewrite(home, (settings) => (settings.dataDir = "./elsewhere"));
  await t.throwsAsync(daemon.reload(), { message: /dataDir: can't change from/ });
  await home.drop("one.pdf", await invoice("RE-1"));
  await daemon.have("archived", 1);
});

test("read anew again and again under load, each document is filed once and paid for once", async (t) => {
  await using sandbox = await openSandbox({ latency: 5 });
  await using home = await homeAt(sandbox, { concurrency: 8 });
  const documents = await Promise.all(
    Array.from({ length: 40 }, (_, index) => invoice(`RE-${index}`)),
  );
  await using daemon = await watching(home, sandbox, { read: reading(home, sandbox.key) });
  const dropping = (async () => {
    for (const [index, bytes] of documents.entries()) {
      await home.drop(`scan${index}.pdf`, bytes);
      await until(() => true);
    }
  })();
  for (let round = 0; round < 12; round += 1) {
    await rewrite(home, (settings) => (settings.concurrency = 1 + (round % 8)));
    await daemon.reload();
  }
  await dropping;
  await daemon.have("archived", documents.length);
  await daemon.stop();
  await expectFiled(t, home, documents);
  t.is(sandbox.bills().length, documents.length);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
});

test("killed while settings change, nothing is lost, and nothing paid for twice", async (t) => {
  await using sandbox = await openSandbox({ latency: 20 });
  await using home = await homeAt(sandbox, { concurrency: 4 });
  const documents = await Promise.all(
    Array.from({ length: 24 }, (_, index) => invoice(`RE-${index}`)),
  );
  for (const [index, bytes] of documents.entries()) {
    if (index % 6 === 0) {
      await using running = startRunning(home, sandbox.key);
      const before = (await home.records()).length;
      await home.drop(`scan${index}.pdf`, bytes);
      await until(async () => (await home.records()).length > before);
      for (let round = 0; round < 3; round += 1) {
        running.signal("SIGHUP");
        await setTimeout(20 + index * 4);
      }
      running.signal("SIGKILL");
      await running.ended();
    } else await home.drop(`scan${index}.pdf`, bytes);
  }
  await until(async () => {
    const { waiting, aborted } = await runOnce(home, sandbox);
    return waiting + aborted === 0;
  });
  await expectFiled(t, home, documents);
  const calls = (await home.records()).flatMap((record) => record.calls);
  const unknown = calls.filter(({ outcome }) => outcome === "unknown").length;
  t.true(sandbox.bills().length <= documents.length + unknown);
  t.is(calls.length - unknown, documents.length);
});
