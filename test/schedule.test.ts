import test from "ava";
import { isCron } from "../src/schedule.ts";

const is = test.macro({
  exec: (t, text: string, wanted: boolean) => t.is(isCron(text), wanted),
  title: (_, text, wanted) => `${JSON.stringify(text)} is ${wanted ? "a" : "no"} cron expression`,
});

test(is, "*/5 * * * *", true);
test(is, "0 0 * * *", true);
test(is, "30 */2 1,15 jan-MAR mon-fri", true);
test(is, "  0   0 * *  7 ", true);
test(is, "10-50/20 0 0 1 1 0", true);
test(is, "", false);
test(is, "* * * *", false);
test(is, "* * * * * * *", false);
test(is, "60 * * * *", false);
test(is, "* 24 * * *", false);
test(is, "* * 0 * *", false);
test(is, "* * * 13 *", false);
test(is, "* * * * 8", false);
test(is, "1-2-3 * * * *", false);
test(is, "*/0 * * * *", false);
test(is, "*/2/3 * * * *", false);
test(is, "1, * * * *", false);
test(is, "1.5 * * * *", false);
test(is, "jan * * * *", false);
test(is, "@daily", true);
