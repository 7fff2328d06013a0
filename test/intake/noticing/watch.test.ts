import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import type { Folder } from "../../../src/document.ts";
import type { Spot } from "../../../src/intake/list.ts";
import { watch } from "../../../src/intake/noticing/watch.ts";
import { type Home, makeHome } from "../../helpers/home.ts";
import { bytesBelow, hiddenAndLinked, leaveOut, takesAnyBytes } from "../../helpers/odd-files.ts";

interface Watching extends AsyncDisposable {
  /** Resolves when this name below the inbox was offered. */
  readonly offered: (relative: string) => Promise<Spot>;
  readonly names: () => readonly string[];
  readonly proves: () => Promise<boolean | null>;
  readonly troubles: readonly unknown[];
}

async function watchHome({ config }: Home, change: Partial<Folder> = {}): Promise<Watching> {
  const [folder] = config.folders;
  if (!folder) throw new Error("no folder");
  const troubles: unknown[] = [];
  const spots: Spot[] = [];
  const watcher = await watch(
    { ...folder, ...change },
    {
      offer: (spot) => spots.push(spot),
      heard: () => undefined,
      failed: (error) => troubles.push(error),
    },
  );
  return {
    troubles,
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
  t.deepEqual(watching.troubles, []);
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
  for (const inbox of await hiddenAndLinked(home)) {
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
    t.deepEqual(watching.troubles, []);
  });
}

test("a sub-folder that is closed to us is told of, and the others are watched", async (t) => {
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
  t.deepEqual(
    new Set(watching.troubles.map((error) => (error as { code?: string }).code)),
    new Set(["EACCES"]),
  );
});
