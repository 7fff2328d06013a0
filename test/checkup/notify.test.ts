import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { notifyFindings } from "../../src/checkup/notify.ts";
import { emptyFolder } from "../helpers/folder.ts";

const [before, after] = ["2026-11-29T10:00:00.000Z", "2026-11-29T11:00:00.000Z"];
const quiet = { sent: 0, failed: 0, dropped: 0, lastSentAt: null, lastFailure: null };
const failed = { ...quiet, failed: 1, lastFailure: { at: before, message: "beep: no screen" } };

test("a program is looked for as the system does", async (t) => {
  const folder = await emptyFolder(t);
  const beep = join(folder, "beep");
  await writeFile(beep, "#!/bin/sh\n");
  const env = { PATH: `/nowhere:${folder}` };
  const stateOf = async (program: string) =>
    (await notifyFindings([program, "-x"], null, env)).map(({ state }) => state);
  t.deepEqual(await stateOf("beep"), ["fault"], "not executable");
  await chmod(beep, 0o755);
  t.deepEqual(await stateOf("beep"), ["well"]);
  t.deepEqual(await stateOf(beep), ["well"]);
  t.deepEqual(await stateOf("boop"), ["fault"]);
  t.deepEqual(await stateOf(folder), ["fault"], "a folder");
});

test("what failed last is told of, until somebody could be told again", async (t) => {
  const look = async (state: Parameters<typeof notifyFindings>[1]) =>
    await notifyFindings(["sh"], state, process.env);
  t.like(await look(failed), [
    { state: "warning", message: "the last notification failed: beep: no screen" },
  ]);
  t.like(await look({ ...failed, sent: 1, lastSentAt: after, dropped: 3 }), [
    { state: "well", message: "sh is there, 1 sent, 3 left out for there were too many" },
  ]);
  t.like(await look(quiet), [{ state: "well", message: "sh is there, 0 sent" }]);
});
