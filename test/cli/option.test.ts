import test from "ava";
import { instant } from "../../src/cli/option.ts";

const now = new Date(2026, 10, 22, 16, 30, 15);

const names = test.macro({
  exec: (t, given: string, expected: Date) => {
    t.deepEqual(instant("--since", given, now), expected);
  },
  title: (_, given: string) => `--since ${given} is an instant`,
});

test(names, "2026-11-20", new Date(2026, 10, 20));
test(names, "2026-11-20 14:05", new Date(2026, 10, 20, 14, 5));
test(names, "2026-11-20T14:05", new Date(2026, 10, 20, 14, 5));
test(names, "14:05", new Date(2026, 10, 22, 14, 5));
test(names, "90m", new Date(2026, 10, 22, 15, 0, 15));
test(names, "2d", new Date(2026, 10, 20, 16, 30, 15));

for (const given of ["", "yesterday", "25:00", "14:60", "2026-02-30", "2w", "3"]) {
  test(`--since "${given}" is refused`, (t) => {
    t.throws(() => instant("--since", given, now), { code: "ARGUMENT_INVALID" } as object);
  });
}

test("an option that isn't given names no instant", (t) => {
  t.is(instant("--since", undefined, now), undefined);
});
