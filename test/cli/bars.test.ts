import test from "ava";
import { bars } from "../../src/cli/bars.ts";

const plain = { width: 60, style: (_: unknown, text: string) => text };
const lines = ["day   cost", "1     $2", "2     $1", "3     $0", "total $3"];

test("each amount has a bar, the largest the longest, and nothing has none", (t) => {
  const shown = bars(lines, [2, 1, 0], plain);
  t.deepEqual(shown, [
    "day   cost",
    `1     $2    ${"█".repeat(40)}`,
    `2     $1    ${"█".repeat(20)}`,
    "3     $0",
    "total $3",
  ]);
});

test("bars are as long as there is room, to an eighth of a column", (t) => {
  const shown = bars(lines, [16, 1, 15], { ...plain, width: 22 });
  t.deepEqual(shown.slice(1, 4), [
    "1     $2    ██████████",
    "2     $1    ▋",
    "3     $0    █████████▍",
  ]);
});

test("what is little beside the largest is seen all the same", (t) => {
  t.is(bars(lines, [1_000_000, 1, 0], plain)[2], "2     $1    ▏");
});

for (const [what, amounts, width] of [
  ["where there is too little room", [2, 1, 0], 19],
  ["where nobody looks", [2, 1, 0], Number.POSITIVE_INFINITY],
  ["where nothing was spent", [0, 0, 0], 80],
  ["where there is one amount alone", [2], 80],
] as const) {
  test(`there are none ${what}`, (t) => {
    t.deepEqual(bars(lines, amounts, { ...plain, width }), lines);
  });
}
