import test from "ava";
import { linesForAdditions, summariseAdditions } from "../../src/cli/additions.ts";
import { became } from "../../src/intake/addition.ts";
import { makeHome } from "../helpers/home.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { failed, waitingRecord } from "../intake/waiting.ts";

const plain = (_: unknown, text: string) => text;
const named = (name: string) => ({ path: `/papers/${name}`, name });

/** Lines of a terminal of 80 columns. */
async function linesOn(width: number, ...names: readonly string[]) {
  await using home = await makeHome();
  return linesForAdditions(names.map(named), home.config.folders, { style: plain, width });
}

test("each status of what is known says where it stands, and what helps", async (t) => {
  const lines = await linesOn(80, "a.pdf");
  const said = (record: Parameters<typeof seededRecord>[1]) => {
    const known = seededRecord(1, record);
    return lines(became(named("a.pdf"), "known", { record: known }))
      .map((line) => line.trim())
      .join(" ")
      .replace(known.id, "ID")
      .replace(known.id.slice(0, 6), "ID");
  };
  t.is(said({ status: "processing" }), "= a.pdf  ID is in work already");
  t.regex(said({}), /^= a\.pdf {2}ID is filed already → \/home\/jane\/Archive/);
  t.regex(said({ status: "review" }), /^= a\.pdf {2}ID is to be looked at → \/home\//);
  t.is(
    said({ status: "quarantined", error: failed("ANSWER_INVALID") }),
    "= a.pdf  ID is in quarantine (ANSWER_INVALID); autod retry ID takes it up again",
  );
  t.is(said({ status: "undone" }), "= a.pdf  ID was undone; autod retry ID files it again");
  const { waiting, error } = waitingRecord(1, "KEY_REJECTED");
  t.is(
    said({ status: "waiting", waiting, error }),
    "= a.pdf  ID waits for the account (KEY_REJECTED); autod retry ID ends that",
  );
});

test("no line is wider than the terminal, and trouble is told to its end", async (t) => {
  const name = `${"a long way/".repeat(10)}scan.pdf`;
  const lines = await linesOn(80, name, "b.pdf");
  const message = "something went wrong in a way that takes more words than one line has room for";
  const filed = lines(became(named(name), "filed", { record: seededRecord(1) }));
  const refused = lines(became(named("b.pdf"), "refused", { code: "SO_IT_IS", message }));
  t.is(filed.length, 1);
  t.regex(filed[0] ?? "", /^✓ ….*scan\.pdf {2}[0-9a-f]{12} /);
  for (const line of [...filed, ...refused]) t.true(line.length <= 80, line);
  t.is(refused.map((line) => line.slice(2 + 24 + 2)).join(" "), `${message} (SO_IT_IS)`);
});

test("on a terminal many of the same are counted, elsewhere each has its line", async (t) => {
  const count = async (width: number) => {
    const lines = await linesOn(width, "a.pdf");
    const one = became(named("a.pdf"), "copied", { copiedTo: "/inbox/a.pdf" });
    return Array.from({ length: 100 }, () => lines(one)).flat().length;
  };
  t.is(await count(80), 21);
  t.is(await count(Number.POSITIVE_INFINITY), 100);
});

test("stopped half-way, it says how many files were not copied", (t) => {
  const sum = {
    additions: [became(named("a.pdf"), "copied")],
    found: 3,
    isRunning: false,
    isStopped: true,
  };
  t.deepEqual(summariseAdditions(sum, { style: plain, width: 80 }), [
    "1 copied",
    "stopped: 2 of 3 files were not copied",
    "autod is not running; autod run takes what was copied",
  ]);
});

test("a folder without files is said to have none", (t) => {
  const sum = { additions: [], found: 0, isRunning: true, isStopped: false };
  t.deepEqual(summariseAdditions(sum, { style: plain, width: 80 }), ["there are no files"]);
});
