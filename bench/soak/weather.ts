import type { Faults } from "../../src/sandbox/faults/plan.ts";
import type { Dice } from "./dice.ts";

/** Trouble that passes by itself; the last three are billed, and what they were billed for doesn't arrive. */
const passing =
  "rate-limit rate-limit-after:50ms timeout conflict fault overloaded slow:200 html reset no-retry at-once invalid incomplete failed file-gone reset-after broken-json hang";

/** What keeps every document waiting, each in its way. */
const outages = ["overloaded", "reset", "html", "key", "quota", "model-gone", "rate-limit"];

/** What goes wrong at the server from now on; null: nothing. */
export function weatherBy(dice: Dice): Faults | null {
  const kind = dice.chance();
  if (kind < 0.3) return null;
  const seed = dice.below(1_000);
  if (kind < 0.8) return { rate: 0.05 + dice.chance() * 0.3, kinds: passing.split(" "), seed };
  return { rate: 1, kinds: [dice.oneOf(outages) ?? "overloaded"], seed };
}
