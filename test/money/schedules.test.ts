import { join } from "node:path";
import test from "ava";
import type { Caps } from "../../src/money/budget.ts";
import { prepareProfile } from "../../src/openai/profile.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { makeHome, quickFolder } from "../helpers/home.ts";
import { playOut } from "./schedules.ts";

const SCHEDULES = Number(process.env["AUTOD_SCHEDULES"] ?? 40);

/** An ask may cost a little more than a cent. */
const capsOf: readonly Caps[] = [
  { perDocument: "0.03", perDay: "0.05", perMonth: "0.2" },
  { perDocument: "0.03", perDay: "0.15", perMonth: "0.3" },
  { perDocument: "0.05", perDay: "0.1", perMonth: null },
  { perDocument: null, perDay: null, perMonth: "0.25" },
];

test("sixteen workers never pass a cap, whatever the server does and whenever the process dies", async (t) => {
  t.timeout(1_200_000);
  await using home = await makeHome({
    folders: [quickFolder("scans", {}), quickFolder("mail", {})],
  });
  const profile = prepareProfile("default", home.config.profiles.default);
  const folder = await emptyFolder(t);
  const sums = { crashes: 0, billed: 0, refused: 0 };
  for (let seed = 1; seed <= SCHEDULES; seed += 1) {
    const { faults, crashes, billed, refused } = await playOut({
      folder: join(folder, `${seed}`),
      config: home.config,
      profile,
      caps: capsOf[seed % capsOf.length]!,
      mail: { perDocument: null, perDay: "0.04", perMonth: null },
      seed,
    });
    t.deepEqual(faults, []);
    sums.crashes += crashes;
    sums.billed += billed;
    sums.refused += refused;
  }
  t.log(`${SCHEDULES} schedules: ${JSON.stringify(sums)}`);
  t.true(sums.crashes > SCHEDULES / 2 && sums.refused > SCHEDULES && sums.billed > SCHEDULES * 4);
});
