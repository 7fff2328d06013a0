import { readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { errorCodes } from "../../src/errors.ts";
import { survey, takeSurvey } from "../../src/intake/survey.ts";
import { prepareProfile } from "../../src/openai/profile.ts";
import { lockStore } from "../../src/store/lock.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { waitingRecord } from "./waiting.ts";
import { openedStore } from "../helpers/opened-store.ts";

const look = ({ config }: Home) =>
  takeSurvey(config, new Map([["default", prepareProfile("default", config.profiles["default"])]]));

test("where nothing was ever done nothing is known, and nothing is made", async (t) => {
  await using home = await makeHome();
  const before = await readdir(home.folder);
  const seen = await look(home);
  t.deepEqual(survey.parse(seen), seen);
  t.like(seen, { running: false, waiting: [], blocks: [] });
  t.deepEqual(seen.folders, [
    {
      name: "scans",
      faults: [],
      untaken: 0,
      processing: 0,
      ignored: 0,
      budget: null,
      watching: null,
    },
  ]);
  t.deepEqual(new Set(Object.values(seen.documents)), new Set([0]));
  t.deepEqual(await readdir(home.folder), before);
});

test("an autod that holds the store is running", async (t) => {
  await using home = await makeHome();
  const dataDir = join(home.folder, "data");
  await seedStore(dataDir, []);
  {
    using _held = lockStore(dataDir);
    t.true((await look(home)).running);
  }
  t.false((await look(home)).running);
});

test("PDFs count as not taken unless they are no candidates or were put back", async (t) => {
  await using home = await makeHome();
  await home.drop("a.pdf", "%PDF-");
  await home.drop("below/b.PDF", "%PDF-");
  await home.drop("notes.txt", "none");
  await symlink(join(home.folder, "autod.yaml"), join(home.inbox, "link.pdf"));
  await home.drop(".hidden.pdf", "none");
  await home.drop(".autod/staging/x/y/c.pdf", "in work");
  const path = await home.drop("back.pdf", "%PDF-");
  await seedStore(join(home.folder, "data"), [
    waitingRecord(1, "KEY_REJECTED", { parked: { path, ino: 1, size: 5, mtimeMs: 1 } }),
    seededRecord(2, { status: "processing" }),
    seededRecord(3, { status: "processing", folder: "other" }),
    seededRecord(4),
  ]);
  const seen = await look(home);
  t.like(seen.folders[0], { untaken: 2, processing: 1, ignored: 2 });
  t.like(seen.documents, { waiting: 1, processing: 2, archived: 1, undone: 0 });
  t.like(seen.waiting[0], { reason: "account", documents: 1 });
  t.like(seen.blocks[0], { scope: "server", name: "openai", code: "KEY_REJECTED" });
});

test("what a folder lacks is named", async (t) => {
  await using home = await makeHome();
  const { inbox, archive, quarantine } = home;
  await rename(inbox, `${inbox}.away`);
  await rm(archive, { recursive: true });
  await writeFile(archive, "a file");
  await rm(quarantine, { recursive: true });
  await symlink(quarantine, quarantine);
  const { folders } = await look(home);
  t.like(folders[0], { untaken: null, ignored: null });
  const { hint } = errorCodes.FOLDER_MISSING;
  t.deepEqual(folders[0]?.faults, [
    { root: "inbox", path: inbox, message: "doesn't exist", hint },
    { root: "archive", path: archive, message: "is no folder", hint },
    { root: "quarantine", path: quarantine, message: "can't be read (ELOOP)", hint },
  ]);
});

test("what was forgotten has still been paid for", async (t) => {
  await using home = await makeHome();
  const dataDir = join(home.folder, "data");
  const calls = seededRecord(1).calls.map((call) => ({ ...call, at: new Date().toISOString() }));
  await seedStore(dataDir, [seededRecord(1, { calls })]);
  const { spending } = await look(home);
  t.deepEqual(spending.day, { costUsd: "0.00075704", possibleUsd: "0", capUsd: "2" });
  await (await openedStore(t, dataDir)).remove(seededRecord(1).sha256);
  t.deepEqual((await look(home)).spending, spending);
});
