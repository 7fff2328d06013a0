import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { readRecords } from "../../src/store/store.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { start } from "./child.ts";
import { openedStore } from "../helpers/opened-store.ts";

const ROUNDS = 20;
/** Few, so that new snapshots are made all the time. */
const SEEDED = 30;

test("killed again and again, the store is whole and no acknowledged commit is lost", async (t) => {
  const dataDir = join(await emptyFolder(t), "data");
  const seeded = Array.from({ length: SEEDED }, (_, number) =>
    seededRecord(-1 - number, { calls: [] }),
  );
  await seedStore(dataDir, seeded);
  const acknowledged: number[] = [];
  let cutShort = 0;

  for (let round = 0; round < ROUNDS; round += 1) {
    const committer = start(t, "committer.ts", dataDir);
    await committer.firstLine;
    await sleep(Math.random() * 80);
    acknowledged.push(...(await committer.kill()).split("\n").filter(Boolean).map(Number));
    if ((await readdir(dataDir)).some((name) => name.endsWith(".new"))) cutShort += 1;
    const records = await readRecords(dataDir);
    const numbers = new Set(records.flatMap(({ calls }) => calls.map(({ seq }) => seq)));
    t.deepEqual(
      acknowledged.filter((number) => !numbers.has(number)),
      [],
    );
    t.true(records.length >= SEEDED + acknowledged.length);
    t.true(records.length <= SEEDED + acknowledged.length + round + 1);
  }

  t.is(new Set(acknowledged).size, acknowledged.length, "a running number was given twice");
  t.true(acknowledged.length >= ROUNDS);
  t.log(`${acknowledged.length} commits acknowledged, ${cutShort} of ${ROUNDS} kills hit a write`);
  const store = await openedStore(t, dataDir);
  await store.commit(seededRecord(0));
  t.is(store.damage(), null);
  await store[Symbol.asyncDispose]();
  t.false((await readdir(dataDir)).some((name) => name.endsWith(".new")));
});
