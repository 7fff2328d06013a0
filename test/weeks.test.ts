import { execFile } from "node:child_process";
import { promisify } from "node:util";
import test from "ava";

const run = promisify(execFile);

// Elsewhere there is no /proc to count it in.
const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("however often it is started and stopped, it holds no more than before", async (t) => {
  // In a process of its own, for what other tests hold would be counted here.
  const { stdout } = await run(process.execPath, [
    new URL("fixtures/rounds.ts", import.meta.url).pathname,
  ]);
  const rounds = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  t.is(rounds.length, 4);
  // The first time much is loaded that stays.
  t.deepEqual(rounds[3], rounds[1]);
});
