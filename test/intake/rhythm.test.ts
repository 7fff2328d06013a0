import test from "ava";
import { openRhythm } from "../../src/intake/rhythm.ts";

test("the longest pause of the last twenty files counts, and is forgotten after them", (t) => {
  const rhythm = openRhythm(15_000);
  t.is(rhythm.pause(), 0);
  rhythm.took("/in/scan.pdf", 3_000, 0);
  rhythm.took("/in/letter.pdf", 0, 0);
  t.is(rhythm.pause(), 3_000);
  for (let file = 0; file < 19; file += 1) rhythm.took(`/in/${file}.pdf`, 0, 0);
  t.is(rhythm.pause(), 0);
});

test("a file that comes again where one was just taken was not finished", (t) => {
  let now = 100_000;
  const rhythm = openRhythm(15_000, () => now);
  rhythm.took("/in/scan.pdf", 0, 95_000);
  rhythm.came("/in/other.pdf");
  t.is(rhythm.pause(), 0);
  rhythm.came("/in/scan.pdf");
  t.is(rhythm.pause(), 5_000);
  rhythm.came("/in/scan.pdf");
  t.is(rhythm.pause(), 5_000, "told once");

  rhythm.took("/in/invoice.pdf", 0, 99_000);
  now = 120_000;
  rhythm.came("/in/invoice.pdf");
  t.is(rhythm.pause(), 5_000, "so much later it is a file of its own");
});
