import test from "ava";
import { type Deed, standingDeeds } from "../../src/store/history.ts";

/** Deeds in the order in which they were done; an undo says whether it put the file back into the inbox. */
const deeds = (...words: readonly (Deed["by"] | "back")[]): Deed[] =>
  words.map((word, number) => {
    const at = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
    const isMove = ["file", "back", "retry"].includes(word);
    const by = word === "back" ? "undo" : word;
    return { at, by, before: isMove ? null : {}, from: null, to: null };
  });

const stands = test.macro({
  exec(t, history: readonly Deed[], standing: readonly Deed["by"][]) {
    const found = standingDeeds(history);
    t.deepEqual(
      found.map(({ by }) => by),
      standing,
    );
    for (const deed of found) t.true(history.includes(deed));
  },
  title: (name = "", history: readonly Deed[]) =>
    `${name} (${history.map(({ by }) => by).join(", ")})`,
});

test("nothing stands where nothing was done", stands, [], []);
test("what was done stands", stands, deeds("file", "edit", "rerun"), ["file", "edit", "rerun"]);
test("what was undone doesn't", stands, deeds("file", "edit", "undo"), ["file"]);
test("each undo takes back one", stands, deeds("file", "edit", "edit", "undo", "undo"), ["file"]);
test("what was done after an undo stands", stands, deeds("file", "edit", "undo", "accept"), [
  "file",
  "accept",
]);
test("what was put back keeps what a person changed", stands, deeds("file", "edit", "back"), [
  "edit",
]);
test("filed again, it was filed last", stands, deeds("file", "edit", "back", "file"), [
  "edit",
  "file",
]);
test("a filing by hand is undone as an edit is", stands, deeds("edit", "undo"), []);
test("to take it back to work undoes nothing", stands, deeds("file", "edit", "reject", "retry"), [
  "file",
  "edit",
  "reject",
]);
test(
  "of what was read before it was rejected nothing stands once it is filed again",
  stands,
  deeds("file", "edit", "reject", "retry", "file", "edit"),
  ["file", "edit"],
);
test(
  "a rejection that was undone leaves what stood before it",
  stands,
  deeds("file", "edit", "reject", "undo", "accept"),
  ["file", "edit", "accept"],
);
