import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import test from "ava";
import { showProgress } from "../../src/cli/progress.ts";

/** A screen that remembers what was written on it. */
function fakeScreen(columns: number) {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
  let written = "";
  stream.on("data", (chunk: Buffer) => {
    written += chunk.toString();
  });
  return { screen: stream as unknown as NodeJS.WriteStream, written: () => written };
}

test("the bar says how many are done, and is gone in the end", (t) => {
  const { screen, written } = fakeScreen(80);
  {
    using progress = showProgress(screen, 2, "copied");
    progress.tick();
    t.regex(stripVTControlCharacters(written()), /─{40} {2}0 of 2 copied/);
  }
  t.regex(stripVTControlCharacters(written()), /━{20}─{20} {2}1 of 2 copied/);
  t.true(written().endsWith("\u001b[2K"), "its line is cleared");
});

test("what is printed above it stands on a line of its own", (t) => {
  const { screen, written } = fakeScreen(80);
  using progress = showProgress(screen, 3, "copied");
  progress.tick();
  progress.above(() => screen.write("a line\n"));
  t.true(written().includes("\u001b[2Ka line\n"), "its line is cleared before");
  t.regex(written().split("a line\n")[1] ?? "", /1 of 3 copied/);
});

test("it fits into a narrow screen", (t) => {
  const { screen, written } = fakeScreen(30);
  using _progress = showProgress(screen, 5000, "copied");
  t.regex(written(), /0 of 5000 copied/);
  const longest = stripVTControlCharacters(written()).length;
  t.true(longest <= 30, `${longest} columns`);
});

test("where nobody looks, nothing is shown and everything is printed", (t) => {
  const printed: string[] = [];
  using progress = showProgress(null, 2, "copied");
  progress.tick();
  progress.above(() => void printed.push("a line"));
  t.deepEqual(printed, ["a line"]);
});
