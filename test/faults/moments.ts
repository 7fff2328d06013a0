import type { Point, Rig } from "./rig.ts";
import { openStage, type Reader, type Stage, scenarios } from "./scenarios.ts";

/** The command that starts again after a death. */
export const again = ["run", "--once"] as const;

/** Where to kill a first run so that it has come so far, by what that is. */
export async function moments(rig: Rig, reader: Reader) {
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

/** A stage whose first run was killed before its change of that number. */
export async function brokenOff(rig: Rig, reader: Reader, first: number): Promise<Stage> {
  const stage = await openStage(reader);
  const words = await scenarios.archiving.begin(stage);
  await rig.run(stage.home, words, stage.sandbox.key, `any:${first}:KILL`);
  return stage;
}

/** Every change that the start after it makes, if nothing goes wrong. */
export async function surveyAgain(
  rig: Rig,
  broken: () => Promise<Stage>,
): Promise<readonly Point[]> {
  await using stage = await broken();
  const { points } = await rig.run(stage.home, again, stage.sandbox.key, "any:0:KILL");
  return points;
}
