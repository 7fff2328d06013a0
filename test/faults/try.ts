import type { ExecutionContext } from "ava";
import { buildRig, isThorough, type Point, type Rig } from "./rig.ts";
import { openReader, openStage, type Reader, type Scenario } from "./scenarios.ts";

/** Tries faults, and asserts that nothing is found to be wrong after them. */
export async function tryAll(
  t: ExecutionContext,
  find: (rig: Rig, reader: Reader) => Promise<readonly (readonly string[])[]>,
) {
  t.timeout(isThorough ? 3_600_000 : 600_000);
  const rig = await buildRig(t);
  if (!rig) return;
  await using reader = openReader();
  t.deepEqual((await find(rig, reader)).flat(), []);
}

/** The points of a run in which nothing goes wrong. */
export async function survey(rig: Rig, reader: Reader, scenario: Scenario) {
  await using stage = await openStage(reader);
  const words = await scenario.begin(stage);
  return (await rig.run(stage.home, words, stage.sandbox.key, "any:0:KILL")).points;
}

/** What was found after a fault, with the fault and where it struck. */
export const told = (fault: string, point: Point | undefined, faults: readonly string[]) =>
  faults.map((sentence) => `${fault} (${point?.kind} ${point?.path}): ${sentence}`);
