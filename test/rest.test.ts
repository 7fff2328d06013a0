import test from "ava";
import { openRest } from "../src/rest.ts";
import { until } from "./helpers/watching.ts";

/** What nothing else holds. */
const litter = () => new WeakRef(Array.from({ length: 1_000_000 }, (_, at) => at));

test("what is left behind is collected once nothing happens, each time anew", async (t) => {
  using rest = openRest(10);
  const [first, second] = [litter(), litter()];
  await until(() => first.deref() === undefined && second.deref() === undefined);
  const third = litter();
  rest.stir();
  await until(() => third.deref() === undefined);
  t.pass();
});
