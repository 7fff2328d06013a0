import test from "ava";
import { countKinds, isThorough, type Point, type Rig, sample, twoAtATime } from "./rig.ts";
import { faultsAfter, openStage, type Reader, type Scenario, scenarios } from "./scenarios.ts";
import { survey, told, tryAll } from "./try.ts";

const ways: readonly (readonly [Scenario, number])[] = [
  [scenarios.archiving, 3],
  [scenarios.quarantine, 5],
  [scenarios.duplicate, 5],
  [scenarios.undo, 4],
  [scenarios.retry, 4],
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
        const broken = async () => {
          const stage = await openStage(reader);
          const words = await scenario.begin(stage);
          await rig.run(stage.home, words, stage.sandbox.key, `any:${first}:KILL`);
          return stage;
        };
        const points = await (async () => {
          await using stage = await broken();
          const whole = await rig.run(stage.home, again, stage.sandbox.key, "any:0:KILL");
          return whole.points;
        })();
        const some = sample(points, 25);
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

const again = ["run", "--once"] as const;

/** Where to kill a first run so that it has come so far, by what that is. */
async function moments(rig: Rig, reader: Reader) {
  await using stage = await openStage(reader);
  const words = await scenarios.archiving.begin(stage);
  const { points } = await rig.run(stage.home, words, stage.sandbox.key, "any:0:KILL");
  const asked = (wanted: string) => {
    const request = stage.sandbox
      .requests()
      .find(({ method, path }) => `${method} ${path}` === wanted);
    const at = Date.parse(request?.at ?? "");
    return points.find((point) => point.at > at);
  };
  const claimed = points.findIndex(
    ({ kind, path }) => kind === "rename" && path.includes("/staging/"),
  );
  const found: readonly (readonly [string, Point | undefined])[] = [
    ["claimed", points[claimed + 1]],
    ["uploaded", asked("POST /v1/files")],
    ["answered", asked("POST /v1/responses")],
    [
      "about to be filed",
      points.find(({ kind, path }) => kind === "link" && path.startsWith("Archive/")),
    ],
    ["filed", points.find(({ kind, path }) => kind === "unlink" && path.endsWith("scan.pdf"))],
    [
      "about to be recorded",
      points.findLast(({ kind, path }) => kind === "fsync" && path.startsWith("data/")),
    ],
  ];
  return found.map(([name, point]) => [name, point?.number ?? 1] as const);
}
