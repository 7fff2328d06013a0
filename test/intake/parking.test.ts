import { lstat, rm, utimes, writeFile } from "node:fs/promises";
import test from "ava";
import { openParking, type Waiting } from "../../src/intake/parking.ts";
import type { Profile } from "../../src/openai/profile.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { makeHome } from "../helpers/home.ts";
import { until } from "../helpers/watching.ts";

const profile = (key: string, server: string) => ({ key, settings: { server } }) as Profile;
const scans = profile("default", "openai");
const letters = profile("letters", "openai");
const local = profile("local", "basement");

/** A parking whose gates and budget are shut until they are opened. */
async function parkingAt() {
  const home = await makeHome();
  const offered: string[] = [];
  const now = { free: false, room: "0", undone: true };
  const parking = openParking({
    isFree: () => now.free,
    hasRoomFor: (usd) => Number(usd) <= Number(now.room),
    isUndone: () => now.undone,
    offer: ({ path }) => offered.push(path),
  });
  const [folder] = home.config.folders;
  /** A file that was put back, as a document that waits. */
  const park = async (name: string, more: Partial<Waiting> = {}): Promise<Waiting> => {
    const path = await home.drop(name, "bytes");
    const { ino, size, mtimeMs } = await lstat(path);
    const parked = { path, ino, size, mtimeMs };
    const waiting: Waiting = {
      folder: folder!,
      profile: scans,
      path,
      parked,
      reason: "retry",
      since: Date.now(),
      retryAt: Date.now() + 1_000_000,
      upperUsd: null,
      ...more,
    };
    parking.add(waiting);
    return waiting;
  };
  return {
    home,
    parking,
    offered,
    now,
    park,
    async [Symbol.asyncDispose]() {
      parking[Symbol.dispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

test("what was put back is held until its time, and offered then", async (t) => {
  await using at = await parkingAt();
  const later = await at.park("later.pdf");
  const soon = await at.park("soon.pdf", { retryAt: Date.now() + 30 });
  t.true(await at.parking.holds(later.path));
  await until(() => at.offered.length > 0);
  t.deepEqual(at.offered, [soon.path]);
  t.false(await at.parking.holds(soon.path));
  t.true(await at.parking.holds(later.path));
});

test("what stayed in staging is offered in its time, once", async (t) => {
  await using at = await parkingAt();
  const staged = await at.park("staged.pdf", { parked: null, retryAt: Date.now() + 20 });
  t.false(await at.parking.holds(staged.path));
  const other = await at.park("other.pdf", { retryAt: Date.now() + 60 });
  await until(() => at.offered.includes(other.path));
  t.deepEqual(at.offered, [staged.path, other.path]);
});

test("a file that was written to, or replaced, is held no longer", async (t) => {
  await using at = await parkingAt();
  const touched = await at.park("touched.pdf");
  const grown = await at.park("grown.pdf");
  const same = await at.park("same.pdf");
  await utimes(touched.path, 1, 1);
  await writeFile(grown.path, "more bytes");
  t.false(await at.parking.holds(touched.path));
  t.false(await at.parking.holds(grown.path));
  t.true(await at.parking.holds(same.path));
  t.false(await at.parking.holds("/nobody/knows.pdf"));
});

test("what waits for the account is held until its gate is free, whatever the time", async (t) => {
  await using at = await parkingAt();
  const { path } = await at.park("scan.pdf", { reason: "account", retryAt: null });
  t.true(await at.parking.holds(path));
  at.now.free = true;
  t.false(await at.parking.holds(path));
});

test("what waits for the budget is held until there is room for it, or the time has come", async (t) => {
  await using at = await parkingAt();
  const dear = await at.park("dear.pdf", { reason: "budget", upperUsd: "0.5" });
  const cheap = await at.park("cheap.pdf", { reason: "budget", upperUsd: "0.1" });
  const due = await at.park("due.pdf", { reason: "budget", upperUsd: "9", retryAt: 1 });
  at.now.room = "0.2";
  t.true(await at.parking.holds(dear.path));
  t.false(await at.parking.holds(cheap.path));
  t.false(await at.parking.holds(due.path));
});

test("those that wait for a server or a profile are woken together, or one of them first", async (t) => {
  await using at = await parkingAt();
  const account = { reason: "account", retryAt: null } as const;
  const one = await at.park("one.pdf", account);
  const two = await at.park("two.pdf", { ...account, profile: letters });
  const other = await at.park("other.pdf", { ...account, profile: local });
  await at.park("busy.pdf");

  await at.parking.wake({ is: "server", name: "openai" }, "one");
  t.deepEqual(at.offered.splice(0), [one.path]);
  await at.parking.wake({ is: "server", name: "openai" }, "all");
  t.deepEqual(at.offered.splice(0), [one.path, two.path]);
  await at.parking.wake({ is: "profile", name: "letters" }, "all");
  t.deepEqual(at.offered.splice(0), [two.path]);
  await at.parking.wake({ is: "server", name: "basement" }, "all");
  t.deepEqual(at.offered.splice(0), [other.path]);
});

test("the one that is woken first is one whose file is there", async (t) => {
  await using at = await parkingAt();
  const account = { reason: "account", retryAt: null } as const;
  const gone = await at.park("gone.pdf", account);
  const there = await at.park("there.pdf", account);
  await rm(gone.path);
  await at.parking.wake({ is: "server", name: "openai" }, "one");
  t.deepEqual(at.offered, [there.path]);
});

test("a clock that is set back keeps nothing waiting for its old time", async (t) => {
  await using at = await parkingAt();
  const [since, retryAt] = [Date.now() + 500_000, Date.now() + 1_000_000];
  const ahead = await at.park("ahead.pdf", { since, retryAt });
  await until(() => at.offered.length > 0);
  t.deepEqual(at.offered, [ahead.path]);
  t.false(await at.parking.holds(ahead.path));
});

test("what was undone is held as long as its file has its bytes, however it was touched", async (t) => {
  await using at = await parkingAt();
  const { path } = await at.park("undone.pdf", {
    retryAt: null,
    undone: sha256(Buffer.from("bytes")),
  });
  t.true(at.parking.isUndone(path));
  await utimes(path, 1, 1);
  t.true(await at.parking.holds(path));
  await writeFile(path, "other bytes");
  t.false(await at.parking.holds(path));
  await writeFile(path, "bytes");
  t.true(await at.parking.holds(path));
  const waits = await at.park("waits.pdf");
  t.false(at.parking.isUndone(waits.path));
  at.now.undone = false;
  t.false(at.parking.isUndone(path));
  t.false(await at.parking.holds(path));
});
