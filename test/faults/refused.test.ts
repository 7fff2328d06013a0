import test from "ava";
import { exit } from "../../src/cli/command.ts";
import { again, brokenOff, moments, surveyAgain } from "./moments.ts";
import { countKinds, isThorough, type Rig, sample, sampleEvery, twoAtATime } from "./rig.ts";
import {
  faultsAfter,
  openStage,
  type Reader,
  type Scenario,
  type Stage,
  scenarios,
} from "./scenarios.ts";
import { survey, told, tryAll } from "./try.ts";

const errors = { "a fault of the disk": 5, "a disk that is full": 28 } as const;

const ways: readonly (readonly [Scenario, number])[] = [
  [scenarios.archiving, 16],
  [scenarios.quarantine, 24],
  [scenarios.duplicate, 12],
  [scenarios.undo, 19],
  [scenarios.retry, 19],
];

for (const [scenario, every] of ways) {
  for (const [turn, [name, error]] of Object.entries(errors).entries()) {
    test.serial(`${name} at any change ${scenario.name} costs a document nothing`, async (t) => {
      await tryAll(t, async (rig, reader) => {
        const points = await survey(rig, reader, scenario);
        const some = inTurns(sample(points, every), turn);
        t.log(`${some.length} of ${points.length} points: ${countKinds(points)}`);
        return await twoAtATime(some, ({ number }) =>
          withFault(scenario, `any:${number}:${error}`, rig, reader),
        );
      });
    });
  }
}

test.serial(
  "writes that are cut short on its way into the archive cost a document nothing",
  async (t) => {
    const scenario = scenarios.archiving;
    await tryAll(t, async (rig, reader) => {
      const points = await survey(rig, reader, scenario);
      const all = points.filter(({ kind }) => kind === "write").map((_, at) => at + 1);
      const writes = sampleEvery(all, 4);
      t.log(`${writes.length} of ${all.length} writes`);
      return await twoAtATime(writes, (number) =>
        withFault(scenario, `write:${number}:SHORT`, rig, reader),
      );
    });
  },
);

for (const [turn, [name, error]] of Object.entries(errors).entries()) {
  test.serial(
    `${name} at any change of the start after a death costs a document nothing`,
    async (t) => {
      await tryAll(t, async (rig, reader) => {
        const faults: string[] = [];
        for (const [moment, first] of await moments(rig, reader)) {
          // The most is at stake between a move and its record.
          if (!isThorough && moment !== "filed") continue;
          // Of an answer whose id was not stored nobody can know: it is asked for again.
          const most = moment === "answered" ? 2 : 1;
          const broken = () => brokenOff(rig, reader, first);
          const points = await surveyAgain(rig, broken);
          const some = inTurns(sample(points, 30), turn);
          t.log(`${moment}: ${some.length} of ${points.length} points: ${countKinds(points)}`);
          const found = await twoAtATime(some, async ({ number }) => {
            await using stage = await broken();
            const fault = `any:${number}:${error}`;
            return (await afterFault(scenarios.archiving, stage, again, fault, rig, most)).map(
              (sentence) => `${moment}, then ${sentence}`,
            );
          });
          faults.push(...found.flat());
        }
        return [faults];
      });
    },
  );
}

/** Unless all are tried, every other one meets the one fault, and those between them the other. */
const inTurns = <T>(all: readonly T[], turn: number): readonly T[] =>
  isThorough ? all : all.filter((_, at) => at % 2 === turn);

/** Breaks a scenario with a fault, and says what isn't as it must be after it. */
async function withFault(scenario: Scenario, fault: string, rig: Rig, reader: Reader) {
  await using stage = await openStage(reader);
  const words = await scenario.begin(stage);
  return await afterFault(scenario, stage, words, fault, rig, scenario.bills);
}

/** Says what isn't as it must be after a command that met a fault, and a healthy run. */
async function afterFault(
  scenario: Scenario,
  stage: Stage,
  words: readonly string[],
  fault: string,
  rig: Rig,
  most: number,
) {
  const { home, sandbox } = stage;
  const { code, stderr, points } = await rig.run(home, words, sandbox.key, fault);
  const number = Number(fault.split(":")[1]);
  const hit = points.find((point) => point.number === number);
  const crashed = code === null || code === exit.bug;
  const bills = sandbox.bills().length;
  return told(fault, hit, [
    ...(crashed ? [`it ended with ${code}: ${stderr}`] : []),
    ...(await faultsAfter(scenario, stage)),
    ...(sandbox.bills().length > Math.max(most, bills) ? ["it was paid for once too often"] : []),
  ]);
}
