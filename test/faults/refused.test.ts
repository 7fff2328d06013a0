import test from "ava";
import { exit } from "../../src/cli/command.ts";
import { countKinds, type Rig, sample, twoAtATime } from "./rig.ts";
import { faultsAfter, openStage, type Reader, type Scenario, scenarios } from "./scenarios.ts";
import { survey, told, tryAll } from "./try.ts";

const errors = { "a fault of the disk": 5, "a disk that is full": 28 } as const;

const ways: readonly (readonly [Scenario, number])[] = [
  [scenarios.archiving, 8],
  [scenarios.quarantine, 24],
  [scenarios.duplicate, 12],
];

for (const [scenario, every] of ways) {
  for (const [name, error] of Object.entries(errors)) {
    test.serial(`${name} at any change ${scenario.name} costs a document nothing`, async (t) => {
      await tryAll(t, async (rig, reader) => {
        const points = await survey(rig, reader, scenario);
        const some = sample(points, every);
        t.log(`${some.length} of ${points.length} points: ${countKinds(points)}`);
        return await twoAtATime(some, ({ number }) =>
          afterFault(scenario, `any:${number}:${error}`, rig, reader),
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
      const writes = points.filter(({ kind }) => kind === "write").map((_, at) => at + 1);
      t.log(`${writes.length} writes`);
      return await twoAtATime(writes, (number) =>
        afterFault(scenario, `write:${number}:SHORT`, rig, reader),
      );
    });
  },
);

/** Says what isn't as it must be after a run that met a fault, and a healthy one. */
async function afterFault(scenario: Scenario, fault: string, rig: Rig, reader: Reader) {
  await using stage = await openStage(reader);
  const words = await scenario.begin(stage);
  const { home, sandbox } = stage;
  const { code, stderr, points } = await rig.run(home, words, sandbox.key, fault);
  const number = Number(fault.split(":")[1]);
  const hit = points.find((point) => point.number === number);
  const crashed = code === null || code === exit.bug;
  const bills = sandbox.bills().length;
  return told(fault, hit, [
    ...(crashed ? [`it ended with ${code}: ${stderr}`] : []),
    ...(await faultsAfter(scenario, stage)),
    ...(sandbox.bills().length > Math.max(1, bills) ? ["it was paid for twice"] : []),
  ]);
}
