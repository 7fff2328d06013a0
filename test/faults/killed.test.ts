import test from "ava";
import { again, brokenOff, moments, surveyAgain } from "./moments.ts";
import { countKinds, isThorough, sample, sampleEvery, twoAtATime } from "./rig.ts";
import { faultsAfter, openStage, type Scenario, scenarios } from "./scenarios.ts";
import { survey, told, tryAll } from "./try.ts";

const ways: readonly (readonly [Scenario, number])[] = [
  [scenarios.archiving, 11],
  [scenarios.quarantine, 18],
  [scenarios.duplicate, 10],
  [scenarios.undo, 9],
  [scenarios.edit, 13],
  [scenarios.byHand, 21],
  [scenarios.rerun, 27],
  [scenarios.retry, 9],
];

for (const [scenario, every] of ways) {
  test.serial(`killed at any change ${scenario.name}, a document ends there once`, async (t) => {
    await tryAll(t, async (rig, reader) => {
      const points = await survey(rig, reader, scenario);
      const some = sample(points, every);
      t.log(`${some.length} of ${points.length} points: ${countKinds(points)}`);
      t.true(points.length > 5);
      // Before a call, and after it: what the server was asked meanwhile differs.
      const deaths = some.flatMap((point) =>
        isThorough || point.number % 4 === 0
          ? actions.map((action) => ({ point, action }))
          : [{ point, action: "KILL" }],
      );
      return await twoAtATime(deaths, async ({ point, action }) => {
        await using stage = await openStage(reader);
        const words = await scenario.begin(stage);
        const fault = `any:${point.number}:${action}`;
        const {
          code,
          stderr,
          points: seen,
        } = await rig.run(stage.home, words, stage.sandbox.key, fault);
        const survived = code === null ? [] : [`it survived with ${code}: ${stderr}`];
        const faults = await faultsAfter(scenario, stage);
        // The last ones may be fewer than they were the first time.
        const isOver = point.number > seen.length;
        return told(fault, seen.at(-1), [...(isOver ? [] : survived), ...faults]);
      });
    });
  });
}

const actions = ["KILL", "AFTER"] as const;

test.serial(
  "killed at any change of the start after that, a document ends in the archive once",
  async (t) => {
    const scenario = scenarios.archiving;
    await tryAll(t, async (rig, reader) => {
      const faults: string[] = [];
      for (const [name, first] of await moments(rig, reader)) {
        const broken = () => brokenOff(rig, reader, first);
        const points = await surveyAgain(rig, broken);
        const some = sampleEvery(points, 19);
        t.log(`${name}: ${some.length} of ${points.length} points: ${countKinds(points)}`);
        const found = await twoAtATime(some, async ({ number }) => {
          await using stage = await broken();
          const fault = `any:${number}:KILL`;
          const { points: seen } = await rig.run(stage.home, again, stage.sandbox.key, fault);
          return told(`${name}, then ${fault}`, seen.at(-1), await faultsAfter(scenario, stage));
        });
        faults.push(...found.flat());
      }
      return [faults];
    });
  },
);
