import { setImmediate } from "node:timers/promises";
import test from "ava";
import { openPlaces, type Places, type Turn } from "../../src/intake/places.ts";
import { until } from "../helpers/watching.ts";

const never = new AbortController().signal;

/** Documents that are worked on, each until it is told to end. */
function works({ inTurn }: Places) {
  const begun: string[] = [];
  const placed: string[] = [];
  const turns = new Map<string, Turn>();
  const ends = new Map<string, () => void>();
  const begin = (name: string, isKnown = false) =>
    inTurn(async (turn) => {
      begun.push(name);
      turns.set(name, turn);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(name, resolve);
      if (!isKnown) {
        // It is hashed first.
        await setImmediate();
        await turn.place();
        placed.push(name);
      }
      await promise;
      return name;
    });
  return { begun, placed, begin, giveWay: (name: string) => turns.get(name)?.giveWay(), ends };
}

/** Long enough for whatever would begin. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test("as many documents are worked on as there are places, and the next when one is done", async (t) => {
  const { begun, begin, ends } = works(openPlaces(2, never));
  const all = ["a", "b", "c"].map((name) => begin(name));
  await settle();
  t.deepEqual(begun, ["a", "b"]);
  ends.get("a")?.();
  t.is(await all[0], "a");
  await until(() => begun.length === 3);
  for (const name of ["b", "c"]) ends.get(name)?.();
  t.deepEqual(await Promise.all(all), ["a", "b", "c"]);
});

test("the next is read where one gives way, but there are no more of these than places", async (t) => {
  const { placed, begin, giveWay, ends } = works(openPlaces(1, never));
  const all = ["a", "b", "c"].map((name) => begin(name));
  await until(() => placed.length === 1);
  giveWay("a");
  await until(() => placed.length === 2);
  giveWay("b");
  await settle();
  t.deepEqual(placed, ["a", "b"], "a isn't done yet");
  ends.get("a")?.();
  await settle();
  giveWay("b");
  await until(() => placed.length === 3);
  for (const name of ["b", "c"]) ends.get(name)?.();
  await Promise.all(all);
  t.deepEqual(placed, ["a", "b", "c"]);
});

test("while documents are read well some are looked at before there is a place for them", async (t) => {
  const { begun, placed, begin, giveWay, ends } = works(openPlaces(5, never));
  const all = Array.from("abcdefghij", (name) => begin(name));
  await until(() => placed.length === 5);
  t.is(begun.join(""), "abcde", "nothing is known yet of how they are read");
  giveWay("a");
  await until(() => begun.length === 8);
  await settle();
  t.is(placed.join(""), "abcdef", "two wait for a place");
  for (const name of "abcdefghij") {
    await until(() => ends.has(name));
    ends.get(name)?.();
  }
  t.is((await Promise.all(all)).join(""), "abcdefghij");
});

test("where one could not be read none is taken before there is a place for it", async (t) => {
  const { begun, placed, begin, giveWay, ends } = works(openPlaces(1, never));
  const all = ["a", "b", "c", "d"].map((name) => begin(name));
  await until(() => placed.length === 1);
  giveWay("a");
  await until(() => begun.length === 3);
  ends.get("b")?.();
  await until(() => placed.length === 3);
  await settle();
  t.deepEqual(begun, ["a", "b", "c"]);
  for (const name of ["a", "c"]) ends.get(name)?.();
  await until(() => placed.length === 4);
  ends.get("d")?.();
  t.is((await Promise.all(all)).join(""), "abcd");
});

test("where files turn out to be known more are looked at, and what is new among them waits for its place", async (t) => {
  const places = openPlaces(1, never);
  const { begun, placed, begin, ends } = works(places);
  places.sawKnown();
  places.sawKnown();
  const all = [begin("known", true), begin("a"), begin("b"), begin("c")];
  await until(() => placed.length === 1);
  t.deepEqual(begun, ["known", "a", "b"]);
  t.deepEqual(placed, ["a"]);
  ends.get("a")?.();
  await until(() => placed.length === 2);
  t.deepEqual(begun, ["known", "a", "b"], "new ones ended that");
  for (const name of ["known", "b"]) ends.get(name)?.();
  await until(() => placed.length === 3);
  ends.get("c")?.();
  await Promise.all(all);
});

test("one that fails makes room, and tells who gave it", async (t) => {
  const { inTurn } = openPlaces(1, never);
  await t.throwsAsync(
    inTurn(() => Promise.reject(new Error("no"))),
    { message: "no" },
  );
  t.is(await inTurn(async () => 1), 1);
});

test("once it stops nobody gets a place", async (t) => {
  const { inTurn } = openPlaces(1, AbortSignal.abort(new Error("stopped")));
  await t.throwsAsync(
    inTurn(({ place }) => place()),
    { message: "stopped" },
  );
});
