import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { missingRoot, sweepRoots } from "../../src/intake/roots.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { makeHome } from "../helpers/home.ts";

test("names the first root of a folder that is missing, and makes none", async (t) => {
  await using home = await makeHome();
  const [folder] = home.config.folders;
  t.is(await missingRoot(folder!), null);
  await rm(home.quarantine, { recursive: true });
  t.is(await missingRoot(folder!), home.quarantine);
  t.false(existsSync(home.quarantine));
});

test("copies that a crash left are removed once nobody can be at them, and nothing else is", async (t) => {
  await using home = await makeHome();
  const { folders } = home.config;
  const log = captureLogs();
  await mkdir(join(home.archive, "2026"));
  const parts = ["Archive/2026/.autod-1-a.part", "Quarantine/.autod-2-b.part"];
  const others = ["Archive/2026/bill.pdf", "Archive/holiday.part"];
  for (const file of [...parts, ...others]) await writeFile(join(home.folder, file), "bytes");

  await sweepRoots(folders, log.logger);
  t.deepEqual(await home.filed(), [...parts, ...others].toSorted(), "they may be under way");

  await setTimeout(30);
  await sweepRoots(folders, log.logger, 20);
  t.deepEqual(await home.filed(), others.toSorted());
  t.deepEqual(
    log.lines().map(({ removed }) => removed),
    [0, 0, 1, 1],
  );
});
