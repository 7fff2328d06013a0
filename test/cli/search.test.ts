import test from "ava";
import stringWidth from "string-width";
import { search } from "../../src/cli/search.ts";
import { autod } from "../helpers/cli.ts";
import { makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { answer } from "./answer.ts";

function about(number: number, title: string, summary: string) {
  const record = seededRecord(number);
  return {
    ...record,
    extraction: record.extraction && { ...record.extraction, title, summary, tags: [] },
  };
}

const boiler = about(1, "Boiler repaired", "The boiler in the cellar leaked.");
const policy = about(2, "Insurance", "A policy for house and boiler.");
const garden = about(3, "Garden", "Roses and a hedge.");
const all = [boiler, policy, garden];

test("a hit is a line as in a list, and below it where the words stand", async (t) => {
  const lines = await answer(search, all, {}, { args: ["boiler"], width: 80, marks: true });
  t.deepEqual(
    lines.map((line) => line.trimEnd()),
    [
      "id            status    date        document                          cost",
      `${boiler.id}  archived  2026-01-15  Stadtwerke – [Boiler] repaired  $0.00076`,
      "              The [boiler] in the cellar leaked.",
      `${policy.id}  archived  2026-01-15  Stadtwerke – Insurance        $0.00076`,
      "              A policy for house and [boiler].",
    ],
  );
});

test("a terminal is shown the first twenty, and told how many more there are", async (t) => {
  const many = Array.from({ length: 23 }, (_, number) => seededRecord(number));
  const args = ["stadtwerke"];
  const lines = await answer(search, many, {}, { args, width: 80 });
  t.is(lines.filter((line) => line.includes(" archived ")).length, 20);
  t.is(lines.at(-1), "3 more (--limit 0: all)");
  for (const line of lines) t.true(stringWidth(line) <= 80, line);
  const whole = await answer(search, many, { limit: "0" }, { args, width: 80 });
  t.is(whole.filter((line) => line.includes(" archived ")).length, 23);
  t.false(whole.at(-1)?.includes("more"));
  const piped = await answer(search, many, {}, { args });
  t.is(piped.filter((line) => line.includes(" archived ")).length, 23);
});

test("as JSON the records come in the order of their rank, as they are", async (t) => {
  const ask = async (limit?: string) =>
    JSON.parse((await answer(search, all, { json: true, limit }, { args: ["boiler"] })).join(""));
  t.deepEqual(await ask(), [boiler, policy]);
  t.deepEqual(await ask("1"), [boiler]);
});

test("it looks among those that the filters of a list leave", async (t) => {
  const ask = (options: Parameters<typeof answer>[2], ...args: string[]) =>
    answer(search, all, options, { args });
  t.deepEqual(await ask({ status: "review" }, "boiler"), [
    "none of 3 documents fits --status review",
  ]);
  t.is((await ask({ dated: "2026" }, "boiler", "cellar")).length, 3);
});

const saysOfNone = test.macro({
  exec: async (t, args: readonly string[], said: string) => {
    t.deepEqual(await answer(search, all, {}, { args }), [said]);
  },
  title: (_, args: readonly string[]) => `search ${args.join(" ")} says why there is no hit`,
});

test(saysOfNone, ["boilre"], "no document has boilre; did you mean boiler?");
test(saysOfNone, ["boiler", "insurence"], "no document has insurence; did you mean insurance?");
test(saysOfNone, ["zeppelin"], "no document has zeppelin");
test(saysOfNone, ["x\u202e"], String.raw`no document has x\u{202e}`);
test(saysOfNone, ["roses", "boiler"], "no document has all of it: roses (1), boiler (2)");
test(saysOfNone, ["boiler house"], 'no document has "boiler house" in one piece');
test(
  saysOfNone,
  ["boiler -stadtwerke"],
  "no document is left; 2 have what is wanted, and what is not",
);

for (const args of [["-boiler"], ["&"], [""]]) {
  test(`search "${args.join(" ")}" is refused, for it names no word`, async (t) => {
    await t.throwsAsync(answer(search, all, {}, { args }), { code: "ARGUMENT_INVALID" } as object);
  });
}

test("what was read commands no terminal", async (t) => {
  const evil = about(1, "Boiler\u001b[2J", "The boiler\u202e leaks.");
  const text = (await answer(search, [evil], {}, { args: ["boiler"] })).join("\n");
  t.false(["\u001b", "\u202e"].some((character) => text.includes(character)));
});

test("the command finds what is in the store", async (t) => {
  await using home = await makeHome();
  await seedStore(home.config.dataDir, all);
  const { code, stdout, stderr } = await autod(["search", "roses", "--config", home.configFile]);
  t.is(stderr, "");
  t.is(code, 0);
  t.regex(stdout, new RegExp(`^${garden.id} .* Garden .*\\n +Roses and a hedge\\.\\n$`, "m"));
});
