import { readFile } from "node:fs/promises";
import test from "ava";
import { openDataDir } from "../../src/store/data-dir.ts";
import { readRecords } from "../../src/store/store.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

const ask = (home: Home, ...words: string[]) =>
  autod(["store", ...words, "--config", home.configFile]);

test("a backup is made beside a running autod, and put back when that has stopped", async (t) => {
  await using home = await makeHome();
  const { dataDir } = home.config;
  await seedStore(dataDir, [seededRecord(1)]);
  let path = "";
  {
    using _held = await openDataDir(dataDir);
    const { code, stdout } = await ask(home, "backup", "--json");
    t.is(code, 0);
    ({ path } = JSON.parse(stdout));
    t.deepEqual(Object.keys(JSON.parse(await readFile(path, "utf8")).documents), [
      seededRecord(1).sha256,
    ]);
    const refused = await ask(home, "restore", path);
    t.is(refused.code, 75);
    t.regex(refused.stderr, /Stop it, restore, and start it again/);
  }
  await seedStore(dataDir, [seededRecord(1), seededRecord(2)]);
  const { code, stdout } = await ask(home, "restore", path);
  t.is(code, 0);
  t.regex(stdout, /^the store is what .* holds: 1 document\nwhat it was before is kept as /);
  t.regex(stdout, /1 call that it doesn't know stays in all totals\n$/);
  t.deepEqual(await readRecords(dataDir), [seededRecord(1)]);
});

test("what isn't asked for rightly is told", async (t) => {
  await using home = await makeHome();
  for (const [words, said] of [
    [["mend"], /store.*mend/],
    [["restore"], /takes the file of a backup/],
    [["restore", "nowhere.json"], /nowhere\.json is no backup that can be read/],
  ] as const) {
    const { code, stderr } = await ask(home, ...words);
    t.is(code, 2);
    t.regex(stderr, said);
  }
});
