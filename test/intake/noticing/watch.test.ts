import { execFile } from "node:child_process";
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import type { Folder } from "../../../src/document.ts";
import type { Spot } from "../../../src/intake/list.ts";
import { watch } from "../../../src/intake/noticing/watch.ts";
import { captureLogs, type CapturedLogs } from "../../helpers/capture-logs.ts";
import { type Home, makeHome } from "../../helpers/home.ts";
import { bytesBelow, leaveOut, takesAnyBytes } from "../../helpers/odd-files.ts";

interface Watching extends AsyncDisposable {
  /** Resolves when this name below the inbox was offered. */
  readonly offered: (relative: string) => Promise<Spot>;
  readonly names: () => readonly string[];
  readonly proves: () => Promise<boolean | null>;
  readonly logs: CapturedLogs;
}

async function watchHome({ config }: Home, change: Partial<Folder> = {}): Promise<Watching> {
  const [folder] = config.folders;
  if (!folder) throw new Error("no folder");
  const logs = captureLogs();
  const spots: Spot[] = [];
  const ears = { offer: (spot: Spot) => spots.push(spot), heard: () => undefined };
  const watcher = await watch({ ...folder, ...change }, ears, logs.logger);
  return {
    logs,
    proves: watcher.proves,
    names: () => [...new Set(spots.map(({ relative }) => relative))].toSorted(),
    async offered(relative) {
      for (;;) {
        const spot = spots.find((one) => one.relative === relative);
        if (spot) return spot;
        await setTimeout(10);
      }
    },
    [Symbol.asyncDispose]: () => watcher[Symbol.asyncDispose](),
  };
}

test("what comes is told, wherever it lies, and what lay there already isn't", async (t) => {
  await using home = await makeHome();
  await home.drop("before.pdf", "before");
  await home.drop("sub/before.pdf", "before");
  await home.drop(".autod/staging/a/b/claimed.pdf", "claimed");
  await using watching = await watchHome(home);
  await home.drop("sub/after.pdf", "after");
  await home.drop("new/after.pdf", "after");
  t.is((await watching.offered("sub/after.pdf")).path, join(home.inbox, "sub/after.pdf"));
  await watching.offered("new/after.pdf");
  t.deepEqual(watching.names(), ["new/after.pdf", "sub/after.pdf"]);
  t.deepEqual(watching.logs.lines(), []);
});

test("a name that is no UTF-8 is told by its bytes", async (t) => {
  await using home = await makeHome();
  if (!(await takesAnyBytes(t, home.inbox))) return;
  await mkdir(join(home.inbox, "sub"));
  await using watching = await watchHome(home);

  await writeFile(bytesBelow(home.inbox, "caf\xe9.pdf"), "after");
  const { path } = await watching.offered("caf%E9.pdf");
  t.deepEqual(path, bytesBelow(home.inbox, "caf\xe9.pdf"));
  await writeFile(bytesBelow(home.inbox, "sub/caf\xe9.pdf"), "after");
  await watching.offered("sub/caf%E9.pdf");

  await mkdir(bytesBelow(home.folder, "b\xfccher"));
  await writeFile(bytesBelow(home.folder, "b\xfccher/plain.pdf"), "below");
  await rename(bytesBelow(home.folder, "b\xfccher"), bytesBelow(home.inbox, "b\xfccher"));
  await watching.offered("b%FCcher/plain.pdf");
});

test("a name that only looks as if it were no UTF-8 is a plain one", async (t) => {
  await using home = await makeHome();
  await using watching = await watchHome(home);
  await home.drop("caf\ufffd.pdf", "plain");
  const { path } = await watching.offered("caf\ufffd.pdf");
  t.is(path, join(home.inbox, "caf\ufffd.pdf"));
});

test("an inbox below a hidden folder, or behind a link, is watched like any other", async (t) => {
  await using home = await makeHome();
  const hidden = join(home.folder, ".sync", "inbox");
  await mkdir(hidden, { recursive: true });
  const linked = join(home.folder, "linked");
  await symlink(hidden, linked);
  for (const inbox of [hidden, linked]) {
    await using watching = await watchHome(home, { inbox });
    await writeFile(join(inbox, "scan.pdf"), "bytes");
    t.is((await watching.offered("scan.pdf")).path, join(inbox, "scan.pdf"));
    await rm(join(inbox, "scan.pdf"));
  }
});

test("links are told of, and not followed", async (t) => {
  await using home = await makeHome();
  await writeFile(join(home.archive, "filed.pdf"), "filed");
  await symlink("loop", join(home.inbox, "loop"));
  await symlink(home.archive, join(home.inbox, "out"));
  await using watching = await watchHome(home);
  await writeFile(join(home.archive, "later.pdf"), "filed");
  await home.drop("scan.pdf", "bytes");
  await watching.offered("scan.pdf");
  await symlink("scan.pdf", join(home.inbox, "again.pdf"));
  await watching.offered("again.pdf");
  t.deepEqual(watching.names(), ["again.pdf", "scan.pdf"]);
});

for (const [how, remove] of [
  ["deleted", (home: Home) => rm(home.inbox, { recursive: true })],
  ["moved away", (home: Home) => rename(home.inbox, join(home.folder, "elsewhere"))],
] as const) {
  test(`an inbox that is ${how} and made again is watched again`, async (t) => {
    await using home = await makeHome();
    await using watching = await watchHome(home);
    await home.drop("first.pdf", "bytes");
    await watching.offered("first.pdf");
    await remove(home);
    await mkdir(home.inbox);
    await home.drop("sub/second.pdf", "bytes");
    await watching.offered("sub/second.pdf");
    await home.drop("third.pdf", "bytes");
    await watching.offered("third.pdf");
    t.deepEqual(watching.logs.lines(), []);
  });
}

test("a sub-folder that is closed to us is logged once, and the others are watched", async (t) => {
  if (process.getuid?.() === 0) return leaveOut(t, "root may read everything");
  await using home = await makeHome();
  const closed = join(home.inbox, "closed");
  await mkdir(closed);
  await chmod(closed, 0o000);
  await using watching = await watchHome(home);
  await chmod(closed, 0o100);
  await chmod(closed, 0o000);
  await home.drop("open/scan.pdf", "bytes");
  await watching.offered("open/scan.pdf");
  const told = watching.logs.lines().filter(({ msg }) => msg === "watching failed");
  t.deepEqual(
    told.map(({ error }) => (error as { code: string }).code),
    ["EACCES"],
  );
});

test("a system that is out of watches is logged once, however many folders there are", async (t) => {
  await using home = await makeHome();
  for (let number = 0; number < 20; number += 1) await home.drop(`${number}/scan.pdf`, "bytes");
  const logged = await logsOfFewWatches(t, home, 5);
  if (!logged) return;
  t.deepEqual(
    logged.map(({ msg, error }) => [msg, (error as { code?: string } | undefined)?.code]),
    [["watching failed", "ENOSPC"]],
  );
});

/** The log of a process that may watch so many folders only. */
async function logsOfFewWatches(t: ExecutionContext, { config }: Home, watches: number) {
  const program = `
    import { pino } from "pino";
    import { watch } from ${JSON.stringify(import.meta.resolve("../../../src/intake/noticing/watch.ts"))};
    const folder = JSON.parse(process.argv[1]);
    await using watching = await watch(folder, { offer() {}, heard() {} }, pino());
  `;
  const limit = `echo ${watches} > /proc/sys/user/max_inotify_watches`;
  const command = `${limit} || exit 9; exec "$@"`;
  const node = [process.execPath, "--input-type=module", "-e", program];
  const args = ["-Ur", "sh", "-c", command, "sh", ...node, JSON.stringify(config.folders[0])];
  try {
    const { stdout } = await promisify(execFile)("unshare", args);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  } catch (error) {
    leaveOut(t, `the number of watches can't be limited here: ${String(error)}`);
    return null;
  }
}
