import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import type { Folder } from "../../../src/document.ts";
import { openFolders } from "../../../src/intake/noticing/folders.ts";
import type { Spot } from "../../../src/intake/list.ts";
import { openSieve } from "../../../src/intake/sieve.ts";
import { captureLogs } from "../../helpers/capture-logs.ts";
import { type Home, makeHome, quickFolder } from "../../helpers/home.ts";
import { mirrored } from "../../helpers/mirror.ts";
import { rootsOf } from "../../helpers/roots.ts";
import { until } from "../../helpers/watching.ts";

const instance = "a".repeat(32);

/** The folders of a home, with what they offer and tell. */
function foldersOf(home: Home) {
  const log = captureLogs();
  const offered: string[] = [];
  const online: string[] = [];
  const sieve = openSieve({
    parking: { holds: () => Promise.resolve(false), isUndone: () => false },
    log: log.logger,
  });
  const told = ({ name }: Folder, { relative }: Spot) => offered.push(`${name}: ${relative}`);
  const folders = openFolders({
    roots: rootsOf(home),
    instance,
    intake: {
      offer: told,
      offerListed(folder, candidates) {
        for (const { spot } of candidates) told(folder, spot);
      },
      isOffered: () => false,
      isBehind: () => false,
      list: sieve.list,
    },
    onOnline: async ({ name }) => void online.push(name),
    prompt: 100,
    log: log.logger,
  });
  return { folders, log, offered, online };
}

const two = {
  folders: ["scans", "letters"].map((name) => quickFolder(name, { archive: `./Archive/${name}` })),
};

async function makeTwo(home: Home): Promise<void> {
  for (const name of ["scans", "letters"]) {
    await mkdir(join(home.inbox, name));
    await mkdir(join(home.archive, name));
  }
}

test("a visit offers all that lies in folders that are whole, and no other", async (t) => {
  await using home = await makeHome(two);
  await makeTwo(home);
  await rm(join(home.archive, "letters"), { recursive: true });
  await home.drop("scans/a.pdf", "a");
  await home.drop("scans/sub/b.pdf", "b");
  await home.drop("letters/c.pdf", "c");
  const at = foldersOf(home);
  await using folders = at.folders;
  await folders.visit();

  t.deepEqual(at.offered.toSorted(), ["scans: a.pdf", "scans: sub/b.pdf"]);
  t.deepEqual(at.online, ["scans"]);
  t.deepEqual(folders.offline(), ["letters"]);
  t.false(existsSync(join(home.archive, "letters")), "what is missing is never made");
  t.like(at.log.lines(), [{ event: "folder.offline", error: { code: "FOLDER_MISSING" } }]);
});

test("a folder that comes back is taken up by the next visit, and each change is told once", async (t) => {
  await using home = await makeHome(two);
  await makeTwo(home);
  const at = foldersOf(home);
  await using folders = at.folders;
  await folders.watch();
  const away = join(home.folder, "away");
  await rename(join(home.archive, "letters"), away);
  await folders.visit();
  await folders.visit();
  t.deepEqual(folders.offline(), ["letters"]);
  await home.drop("letters/c.pdf", "c");
  await rename(away, join(home.archive, "letters"));
  await folders.visit();

  t.deepEqual(folders.offline(), []);
  t.true(at.offered.includes("letters: c.pdf"));
  t.deepEqual(at.online.toSorted(), ["letters", "letters", "scans"]);
  t.deepEqual(
    at.log.events().filter((event) => event !== "folder.watching"),
    ["folder.offline", "folder.online"],
  );
  await home.drop("letters/d.pdf", "d");
  await until(() => at.offered.includes("letters: d.pdf"));
  t.pass();
});

test("a folder that another autod works in is left to it; the others go on", async (t) => {
  await using home = await makeHome(two);
  await makeTwo(home);
  const held = join(home.inbox, "letters", ".autod");
  const other = { instance: "b".repeat(32), host: "nas", refreshedAt: new Date().toISOString() };
  await mkdir(held);
  await writeFile(join(held, "folder.json"), JSON.stringify(other));
  await home.drop("letters/c.pdf", "c");
  await home.drop("scans/a.pdf", "a");
  const at = foldersOf(home);
  {
    await using folders = at.folders;
    await folders.visit();
    t.deepEqual(at.offered, ["scans: a.pdf"]);
    t.like(at.log.lines(), [
      { event: "folder.offline", folder: "letters", error: { code: "FOLDER_HELD" } },
    ]);
    const own = JSON.parse(await readFile(join(home.inbox, "scans/.autod/folder.json"), "utf8"));
    t.like(own, { instance });
  }
  t.deepEqual(JSON.parse(await readFile(join(held, "folder.json"), "utf8")), other);
  t.false(existsSync(join(home.inbox, "scans/.autod/folder.json")), "ours was given up");
});

test("an inbox that was made anew under its name is watched again after a visit", async (t) => {
  await using home = await makeHome();
  const at = foldersOf(home);
  await using folders = at.folders;
  await folders.watch();
  await rename(home.inbox, join(home.folder, "away"));
  await mkdir(home.inbox);
  await folders.visit();
  await home.drop("new.pdf", "new");
  await until(() => at.offered.includes("scans: new.pdf"));
  t.deepEqual(folders.offline(), []);
});

test("what no event told of is found by the next visit, which says so and polls from then on", async (t) => {
  await using home = await makeHome({}, { watch: "native", pollInterval: "100ms" });
  await using share = await mirrored(t, home);
  if (share === null) return;
  const at = foldersOf(home);
  await using folders = at.folders;
  await folders.watch();
  t.like(folders.watching("scans"), { how: "native", code: "CHOSEN", lastRescan: { missed: 0 } });
  // By autod itself it is told of, so that it seems to be well.
  await folders.visit();
  t.deepEqual(at.log.events(), ["folder.watching"]);

  await writeFile(join(share.behind, "missed.pdf"), "missed");
  await setTimeout(150);
  await folders.visit();
  t.deepEqual(at.offered, ["scans: missed.pdf"]);
  t.like(at.log.lines().slice(1), [
    { event: "rescan.found", folder: "scans", path: join(home.inbox, "missed.pdf"), files: 1 },
    { event: "folder.polling", folder: "scans" },
  ]);
  t.like(folders.watching("scans"), { how: "poll", code: "MISSED", lastRescan: { missed: 1 } });
  await writeFile(join(share.behind, "next.pdf"), "next");
  await until(() => at.offered.includes("scans: next.pdf"));
  // Until the next start: also when it was away meanwhile.
  await folders.visit();
  t.is(folders.watching("scans")?.code, "MISSED");
});

test("a folder that is away, or made anew, is noticed without a visit", async (t) => {
  await using home = await makeHome();
  const at = foldersOf(home);
  await using folders = at.folders;
  await folders.watch();
  await rename(home.archive, join(home.folder, "away"));
  await rename(home.inbox, join(home.folder, "old"));
  await mkdir(home.inbox);
  await until(() => at.log.events().includes("folder.offline"));
  await rename(join(home.folder, "away"), home.archive);
  await home.drop("new.pdf", "new");
  await until(() => at.offered.includes("scans: new.pdf"));
  t.true(at.log.events().includes("folder.online"));
});
