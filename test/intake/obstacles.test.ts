import { lstat, rename } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import test from "ava";
import { errorCodes } from "../../src/errors.ts";
import { occupy } from "../../src/intake/occupy.ts";
import { obstaclesTo, type Situation } from "../../src/intake/obstacles.ts";
import { fillDisk } from "../helpers/fill-disk.ts";
import { smallDisk } from "../helpers/folder.ts";
import { makeHome, type Home } from "../helpers/home.ts";
import { rootsOf } from "../helpers/roots.ts";
import { waitingRecord } from "./waiting.ts";

const profiles = new Map([
  ["default", { revision: "0123456789ab", settings: { server: "openai" } }],
  ["other", { revision: "0123456789ab", settings: { server: "local" } }],
]);

async function obstacles(home: Home, path: string, change: Partial<Situation> = {}) {
  const [folder] = home.config.folders;
  const roots = rootsOf(home);
  if (!folder) throw new Error("no folder");
  const usual = { dataDir: home.config.dataDir, roots, records: [], profiles, running: true };
  const allowance = () => () => null;
  const situation = { ...usual, instance: "us", allowance, ...change };
  return await obstaclesTo({ path, stats: await lstat(path) }, folder, situation);
}

const codes = async (...asked: Parameters<typeof obstacles>) =>
  (await obstacles(...asked)).map(({ code }) => code);

const COMPLETE = "%PDF-1.7 %%EOF";

test("what is complete and at rest is in nobody's way", async (t) => {
  await using home = await makeHome({}, { settle: "0ms" });
  t.deepEqual(await obstacles(home, await home.drop("scan.pdf", COMPLETE)), []);
});

test("what changed a moment ago is waited for, and what looks incomplete for longer", async (t) => {
  await using home = await makeHome({}, { settle: "1m", patience: "10m" });
  const path = await home.drop("scan.pdf", COMPLETE);
  const { ctimeMs } = await lstat(path);
  const [resting] = await obstacles(home, path);
  const until = new Date(ctimeMs + 60_000).toISOString();
  t.like(resting, { code: "NOT_AT_REST", until });

  await using patient = await makeHome({}, { settle: "0ms", patience: "10m" });
  const half = await patient.drop("half.pdf", "%PDF-1.7");
  const changed = (await lstat(half)).ctimeMs;
  const [waited] = await obstacles(patient, half);
  t.like(waited, {
    code: "LOOKS_INCOMPLETE",
    until: new Date(changed + 600_000).toISOString(),
  });

  await using hasty = await makeHome({}, { settle: "0ms", patience: "0ms" });
  t.deepEqual(await obstacles(hasty, await hasty.drop("half.pdf", "%PDF-1.7")), []);
});

test("how long a file is waited for the running autod knows best, where it answers", async (t) => {
  await using home = await makeHome({}, { settle: "0ms" });
  const path = await home.drop("scan.pdf", COMPLETE);
  const until = Date.parse("2026-11-28T12:00:00Z");
  const answers = (isComplete: boolean) => ({
    restOf: (asked: string) => Promise.resolve(asked === path ? { until, isComplete } : null),
  });
  const said = { until: new Date(until).toISOString() };
  t.like(await obstacles(home, path, answers(true)), [{ code: "NOT_AT_REST", ...said }]);
  t.like(await obstacles(home, path, answers(false)), [{ code: "LOOKS_INCOMPLETE", ...said }]);
  t.deepEqual(await obstacles(home, await home.drop("other.pdf", COMPLETE), answers(true)), []);
  t.deepEqual(await codes(home, path, { running: false, ...answers(true) }), ["NOT_RUNNING"]);
});

test("while autod isn't running nothing is taken, and no wait has begun", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("half.pdf", "%PDF-1.7");
  const found = await obstacles(home, path, { running: false });
  t.deepEqual(
    found.map(({ code, until }) => [code, until]),
    [
      ["NOT_RUNNING", null],
      ["LOOKS_INCOMPLETE", null],
    ],
  );
});

test("a folder that lacks a root, or that another works in, is named", async (t) => {
  await using home = await makeHome({}, { settle: "0ms" });
  const path = await home.drop("scan.pdf", COMPLETE);
  await occupy(home.inbox, "them");
  t.like((await obstacles(home, path))[0], {
    code: "FOLDER_HELD",
    message: `its folder scans is offline: another autod works in it, on ${hostname()}`,
  });
  t.deepEqual(await codes(home, path, { instance: "them" }), []);
  await rename(home.archive, join(home.folder, "away"));
  t.deepEqual(await codes(home, path), ["FOLDER_MISSING"]);
});

test("a block counts where it concerns the folder's profile or its server", async (t) => {
  await using home = await makeHome({}, { settle: "0ms" });
  const path = await home.drop("scan.pdf", COMPLETE);
  const records = [
    waitingRecord(1, "KEY_REJECTED"),
    waitingRecord(2, "MODEL_UNAVAILABLE"),
    waitingRecord(3, "QUOTA_EXHAUSTED", {}, { profile: "other" }),
    waitingRecord(4, "PARAMETER_REJECTED", {}, { profile: "other" }),
  ];
  t.deepEqual(await codes(home, path, { records }), ["KEY_REJECTED", "MODEL_UNAVAILABLE"]);
  const [block] = await obstacles(home, path, { records });
  t.is(block?.message, "server openai is blocked: what was said of KEY_REJECTED");
});

test("what a disk would refuse in the end is in the way, be it the archive's or the store's", async (t) => {
  const disk = await smallDisk(t, 256);
  if (disk === null) return;
  await using home = await makeHome({}, { archive: disk, settle: "0ms" });
  const path = await home.drop("scan.pdf", COMPLETE);
  t.deepEqual(await obstacles(home, path), []);
  const makeRoom = await fillDisk(disk);
  const message = `${disk} has no room left`;
  const { hint } = errorCodes.DISK_FULL;
  t.deepEqual(await obstacles(home, path), [{ code: "DISK_FULL", message, hint, until: null }]);
  await using other = await makeHome({ dataDir: disk }, { settle: "0ms" });
  t.like(await obstacles(other, await other.drop("scan.pdf", COMPLETE)), [{ code: "DISK_FULL" }]);
  await makeRoom();
  t.deepEqual(await obstacles(home, path), []);
});
