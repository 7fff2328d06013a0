import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { autod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { type Home, quickFolder } from "./helpers/home.ts";
import { mirrored } from "./helpers/mirror.ts";
import { leaveOut } from "./helpers/odd-files.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openPatient, openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

const everySecond = { schedule: { rescan: "* * * * * *" } };
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("a folder with a backslash in its path is polled, and all that comes is filed", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {}, { inbox: "./In\\box", pollInterval: "100ms" });
  await mkdir(join(home.folder, "In\\box"));
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.polling");
  await writeFile(join(home.folder, "In\\box", "one.pdf"), await invoice("1"));
  await daemon.have("archived", 1);
  t.is(sandbox.bills().length, 1);
});

test("a share that doesn't tell of changes is polled, and all that comes is filed", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {}, { pollInterval: "100ms" });
  await using share = await mirrored(t, home);
  if (share === null) return;
  const [first, second, third] = await Promise.all(["1", "2", "3"].map((one) => invoice(one)));
  await writeFile(join(share.behind, "first.pdf"), first ?? "");
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.polling");
  t.like(
    daemon.lines().find(({ event }) => event === "folder.polling"),
    { folder: "scans", reason: "it lies on FUSE, which doesn't tell of what others change" },
  );
  await daemon.have("archived", 1);
  await writeFile(join(share.behind, "second.pdf"), second ?? "");
  await mkdir(join(share.behind, "sub"));
  await writeFile(join(share.behind, "sub", "third.pdf"), third ?? "");
  await daemon.have("archived", 3);
  // What is asked of it is answered by the one that runs.
  const { stdout } = await autod(["status", "--config", home.configFile]);
  t.regex(stdout, /polled, it lies on FUSE, which doesn't tell/);
  await daemon.stop();
  t.deepEqual((await home.filed()).length, 3);
  t.deepEqual(await home.left(), []);
});

test("a share that doesn't answer keeps no other folder waiting, and goes on once it does", async (t) => {
  await using sandbox = await openSandbox();
  const folders = ["share", "scans"].map((name) => quickFolder(name, { pollInterval: "100ms" }));
  await using home = await homeAt(sandbox, { ...everySecond, folders });
  for (const { name } of folders) await mkdir(join(home.inbox, name));
  const inbox = join(home.inbox, "share");
  await using share = await mirrored(t, { folder: home.folder, inbox });
  if (share === null) return;
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.polling");
  await daemon.saw("folder.watching");
  share.hang();
  await writeFile(join(share.behind, "kept.pdf"), await invoice("RE-1"));
  await home.drop("scans/first.pdf", await invoice("RE-2"));
  await daemon.have("archived", 1);
  // Also a folder that is made anew is found meanwhile.
  await rename(join(home.inbox, "scans"), join(home.folder, "old"));
  await home.drop("scans/second.pdf", await invoice("RE-3"));
  await daemon.have("archived", 2);
  share.wake();
  await daemon.have("archived", 3);
  t.pass();
});

test("a writer that goes on after its file was taken is waited for, and what was asked of it is kept", async (t) => {
  await using sandbox = await openPatient();
  await using home = await homeAt(sandbox);
  const [first, whole] = [await invoice("RE-1"), await invoice("RE-2")];
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const path = join(home.inbox, "scan.pdf");
  await using writer = await open(path, "w");
  await writer.write(first, 0, first.length, 0);
  // It is complete and at rest, so it is taken; but the writer has it open still.
  await sandbox.asked;
  await writer.truncate(0);
  await writer.write(whole, 0, whole.length, 0);
  sandbox.answer();
  await daemon.have("archived", 1);
  await daemon.stop();

  const known = await home.records();
  const [early, archived] = known.toSorted((one) => (one.status === "archived" ? 1 : -1));
  t.like(archived, { status: "archived", sha256: sha256(whole), bytes: whole.length });
  t.like(early, { status: "waiting", sha256: sha256(first), error: { code: "FILE_CHANGED" } });
  t.not(early?.extraction, null, "what was paid for is kept");
  await expectFiled(t, home, [whole]);
  t.deepEqual(sandbox.files(), []);

  // Its bytes come again: they are the document, and nothing is paid for them.
  const asked = sandbox.bills().length;
  await home.drop("again.pdf", first);
  await runOnce(home, sandbox);
  await expectFiled(t, home, [whole, first]);
  t.is(sandbox.bills().length, asked);
});

test("out of watches, a folder is polled, and it is said once which setting to raise", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, everySecond, { pollInterval: "100ms" });
  for (const sub of ["one", "two", "three"]) await mkdir(join(home.inbox, sub));
  const limited = await startLimited(t, home, sandbox);
  if (limited === null) return;
  await using _ = limited;
  await until(async () => (await logged(home)).some(({ event }) => event === "folder.polling"));
  t.like(
    (await logged(home)).find(({ event }) => event === "folder.polling"),
    { level: "error", error: { code: "WATCH_LIMIT" } },
  );
  await home.drop("one/scan.pdf", await invoice("RE-1"));
  await until(async () => (await home.filed()).length === 1);
  const told = (await logged(home)).filter(({ msg }) => msg === "watching failed");
  t.deepEqual(
    told.map(({ error }) => (error as { readonly code: string }).code),
    ["ENOSPC"],
  );
  const { stdout } = await autod(["status", "--config", home.configFile]);
  t.regex(stdout.replaceAll(/\s+/g, " "), /fs\.inotify\.max_user_watches/);
});

const logged = (home: Home) => home.logs().catch(() => []);

/** autod as a process that may watch one folder only; null, and the test says so, where that can't be. */
async function startLimited(t: ExecutionContext, home: Home, { key }: { readonly key: string }) {
  const limit = "echo 1 > /proc/sys/user/max_inotify_watches";
  const tried = await promisify(execFile)("unshare", ["-Ur", "sh", "-c", limit]).catch(() => null);
  if (tried === null) {
    leaveOut(t, "the number of watches can't be limited here");
    return null;
  }
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const command = [process.execPath, main, "run", "--config", home.configFile];
  const { NODE_ENV: _, ...env } = process.env;
  const child = spawn("unshare", ["-Ur", "sh", "-c", `${limit} && exec "$@"`, "sh", ...command], {
    env: { ...env, OPENAI_API_KEY: key },
    stdio: "ignore",
  });
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(child, "close");
      child.kill();
      await closed;
    },
  };
}

test("more than is kept in mind at once is taken to the last, each once, in one run", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { concurrency: 16 }, { duplicates: "delete" });
  // Too much to be looked at at once: no PDFs, so that nothing is asked.
  const files = 2_300;
  for (let number = 0; number < files; number += 1) {
    await home.drop(`${number}.pdf`, `%PDF-1.7 ${number}\n%%EOF`);
  }
  const tally = await runOnce(home, sandbox);
  t.like(tally, { quarantined: files, waiting: 0, failed: 0 });
  t.deepEqual(await home.left(), []);
});

test("what is shut away is taken once it is open again, and nobody polls for it", async (t) => {
  if (process.getuid?.() === 0) return leaveOut(t, "root may read everything");
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, everySecond);
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  await chmod(home.inbox, 0o000);
  await daemon.saw("folder.offline");
  await chmod(home.inbox, 0o700);
  await daemon.saw("folder.online");
  await home.drop("scan.pdf", await invoice("RE-1"));
  await daemon.have("archived", 1);
});
