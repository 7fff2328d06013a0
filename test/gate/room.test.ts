import test from "ava";
import type { Folder } from "../../src/document.ts";
import { AutodError } from "../../src/errors.ts";
import { openRoom } from "../../src/gate/room.ts";
import { captureLogs } from "../helpers/capture-logs.ts";

const [scans, letters] = ["scans", "letters"].map((name) => ({ name }) as Folder) as [
  Folder,
  Folder,
];

/** A room in which so many looks find the disk of `scans` full. */
function roomWith(full: number) {
  const ends = new AbortController();
  const looks = { made: 0 };
  const logs = captureLogs();
  const room = openRoom({
    async check(folder) {
      if (folder !== scans) return;
      looks.made += 1;
      if (looks.made <= full) throw new AutodError("DISK_FULL", "no room left");
    },
    waits: { first: 1, longest: 2 },
    signal: ends.signal,
    log: logs.logger,
  });
  return { room, ends, looks, logs };
}

test("where there is room nobody waits, and nothing is said", async (t) => {
  const { room, logs } = roomWith(0);
  t.true(await room.free(scans, 1, true));
  t.true(await room.free(scans, 1, false));
  t.deepEqual(logs.lines(), []);
});

test("who is patient waits until there is room, which is told once for all", async (t) => {
  const { room, logs, looks } = roomWith(4);
  const waiting = await Promise.all([1, 2, 3].map((bytes) => room.free(scans, bytes, true)));
  t.deepEqual(waiting, [true, true, true]);
  t.true(looks.made >= 5);
  t.deepEqual(
    logs.lines().map(({ msg, folder, error }) => [msg, folder, error]),
    [
      ["no room: nothing is taken", "scans", { code: "DISK_FULL", message: "no room left" }],
      ["there is room again", "scans", undefined],
    ],
  );
});

test("who isn't patient goes on at once, and other folders aren't concerned", async (t) => {
  const { room, ends } = roomWith(Number.POSITIVE_INFINITY);
  t.false(await room.free(scans, 1, false));
  t.false(await room.free(scans, 1, false));
  t.true(await room.free(letters, 1, true));
  ends.abort();
});

test("the end of the work ends the wait", async (t) => {
  const { room, ends } = roomWith(Number.POSITIVE_INFINITY);
  const waiting = room.free(scans, 1, true);
  ends.abort();
  await t.throwsAsync(waiting, { name: "AbortError" });
});

test("a large one that finds no room keeps no small one waiting", async (t) => {
  const ends = new AbortController();
  let left = 0;
  const room = openRoom({
    async check(_, bytes) {
      if (bytes > left) throw new AutodError("DISK_FULL", "no room left");
    },
    waits: { first: 1, longest: 2 },
    signal: ends.signal,
    log: captureLogs().logger,
  });
  const large = room.free(scans, 100, true);
  const small = room.free(scans, 10, true);
  left = 50;
  t.true(await small);
  t.true(await room.free(scans, 20, true));
  left = 100;
  t.true(await large);
});
