import { join } from "node:path";
import test from "ava";
import { openStore } from "../../src/store/store.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { cutPower } from "../helpers/power.ts";

const committer = join(import.meta.dirname, "fixtures", "committer.ts");

test("what was committed before the power went is there when it is back, and it goes on", async (t) => {
  for (let round = 1; round <= 3; round += 1) {
    const remains = await cutPower(t, committer);
    if (!remains) return;
    const { said, folder } = remains;
    t.true(said.length > 0);
    const store = await openStore(folder);
    const there = new Set([...store.calls()].map(({ seq }) => seq));
    t.deepEqual(
      said.filter((number) => !there.has(Number(number))),
      [],
      `round ${round}`,
    );
    t.true(there.size <= said.length + 1);
    await store.commit(seededRecord(-1, { calls: [] }));
    t.log(`${said.length} commits`);
  }
});
