import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { array, assert, asyncProperty, constantFrom, property, record, sample } from "fast-check";
import stringWidth from "string-width";
import { linesForAdditions } from "../../src/cli/additions.ts";
import type { Command, Invocation } from "../../src/cli/command.ts";
import { costs } from "../../src/cli/costs.ts";
import { tellDemo } from "../../src/cli/demo-story.ts";
import { history } from "../../src/cli/history.ts";
import { list } from "../../src/cli/list.ts";
import { narrate } from "../../src/cli/narrate.ts";
import { run } from "../../src/cli/run.ts";
import { search } from "../../src/cli/search.ts";
import { show } from "../../src/cli/show.ts";
import { spreadsheetOf } from "../../src/cli/spreadsheet.ts";
import { status } from "../../src/cli/status.ts";
import { undo } from "../../src/cli/undo.ts";
import { why } from "../../src/cli/why.ts";
import { became } from "../../src/intake/addition.ts";
import { logEvents } from "../../src/log.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { hostileRecords, hostileText, unprintable } from "../helpers/hostile.ts";
import { seedStore } from "../helpers/seeded-store.ts";
import { answerIn } from "./answer.ts";

const plain = (_: unknown, text: string) => text;
const of80 = { style: plain, width: 80 };

interface Asked {
  readonly args?: readonly string[];
  readonly options?: Invocation["options"];
}

/** A word that is longer than a line keeps its line, to be copied. */
const oneWord = /^\s*(?:- )?\S+$/;

const commandsNoTerminal = test.macro({
  exec: async (
    t,
    command: Command,
    asked: (first: DocumentRecord, home: Home) => Asked | Promise<Asked>,
    /** Whether no line is wider than the terminal: where paths stand whole they are there to be copied. */
    fits = true,
  ) => {
    await using home = await makeHome();
    await assert(
      asyncProperty(hostileRecords, async (records) => {
        await seedStore(home.config.dataDir, records);
        await writeBills(home, records);
        const { args = [], options = {} } = await asked(records[0]!, home);
        for (const width of [80, Number.POSITIVE_INFINITY]) {
          const lines = await answerIn(home, command, options, { args, width });
          t.true(lines.length > 0);
          for (const line of lines) {
            t.notRegex(line, unprintable);
            if (fits && width === 80) t.true(stringWidth(line) <= 80 || oneWord.test(line), line);
          }
        }
      }),
      { numRuns: 100 },
    );
  },
  title: (name = "", { usage }: Command) =>
    `whatever a model said or a file is called, "${usage}" commands no terminal${name}`,
});

async function writeBills({ config }: Home, records: readonly DocumentRecord[]): Promise<void> {
  const calls = records.flatMap((one) => one.calls.map((call) => ({ ...one, call })));
  const lines = calls.map(({ source: { name }, sha256, call }, index) => {
    const bill = { ...call, seq: index + 1, folder: name, id: name, sha256, first: true };
    return JSON.stringify({ event: "call.billed", ...bill });
  });
  await mkdir(config.logs.dir, { recursive: true });
  await writeFile(join(config.logs.dir, "autod.2026-01-01.1.log"), lines.join("\n"));
}

test(commandsNoTerminal, list, () => ({}));
test(" (by total)", commandsNoTerminal, list, () => ({ options: { sort: "total" } }));
test(commandsNoTerminal, search, () => ({ args: ["invoice"] }));
test(" (signs)", commandsNoTerminal, search, () => ({
  args: ["=cmd|' /C calc'!A0", "-\u001b[2J"],
}));
test(commandsNoTerminal, history, () => ({}));
test(commandsNoTerminal, show, ({ id }) => ({ args: [id] }), false);
test(commandsNoTerminal, why, ({ source: { path } }) => ({ args: [path] }), false);
test(" (of a file that lies there)", commandsNoTerminal, why, async (_, home) => ({
  args: [await home.drop("new.pdf", "%PDF-1.7 nothing\n%%EOF")],
}));
test(commandsNoTerminal, status, () => ({}), false);
test(commandsNoTerminal, costs, ({ pages }) => ({
  options: { by: ["model", "folder", "document"][(pages ?? 0) % 3] },
}));
test(" (verified)", commandsNoTerminal, costs, () => ({ options: { verify: true } }), false);
test(commandsNoTerminal, undo, () => ({ options: { since: "2020-01-01", dryRun: true } }), false);

test("whatever is looked for commands no terminal, and is no language of its own", async (t) => {
  await using home = await makeHome();
  await assert(
    asyncProperty(hostileRecords, hostileText, async (records, asked) => {
      await seedStore(home.config.dataDir, records);
      try {
        const args = [asked, "invoice"];
        const lines = await answerIn(home, search, {}, { args, width: 80 });
        for (const line of lines) t.notRegex(line, unprintable);
      } catch (error) {
        t.like(error, { code: "ARGUMENT_INVALID" });
      }
    }),
    { numRuns: 100 },
  );
});

test("whatever a sample or a file that was added is called, its line commands no terminal", (t) => {
  assert(
    property(hostileRecords, (records) => {
      const samples = records.map(({ source: { name, path } }) => ({ name, path }));
      const home = "/home/jane";
      const lines = tellDemo({ samples, records, home, kept: null, called: "autod" }, of80);
      const named = samples.map(({ name, path }) => ({ name, path }));
      const say = linesForAdditions(named, [], of80);
      const verdicts = ["filed", "known", "waiting", "quarantined", "refused", "copied"] as const;
      for (const [index, one] of records.entries()) {
        for (const verdict of verdicts) {
          const message = one.extraction?.title ?? "";
          const known = { record: one, code: "X", message, copiedTo: one.filedAs };
          const said = say(became(named[index]!, verdict, known));
          if (verdict === "filed") for (const line of said) t.true(stringWidth(line) <= 80, line);
          lines.push(...said);
        }
      }
      for (const line of lines) t.notRegex(line, unprintable);
    }),
    { numRuns: 200 },
  );
});

test("whatever stands in the log, what is told of it commands no terminal", (t) => {
  const text = hostileText;
  const line = record({
    event: constantFrom(...logEvents, ""),
    msg: constantFrom("server left alone for a while", "server answers again", "\u009b31m"),
    level: constantFrom("info", "warn", "error"),
    folder: text,
    path: text,
    filedAs: text,
    original: text,
    server: text,
    profile: text,
    error: record({ code: text, message: text }),
  });
  assert(
    property(array(line, { maxLength: 15 }), (lines) => {
      const printed: string[] = [];
      const say = narrate([], { ...of80, print: (one = "") => void printed.push(one) });
      for (const one of lines) say(JSON.stringify({ time: "2026-01-01T00:00:00Z", ...one }));
      for (const one of printed) t.notRegex(one, unprintable);
    }),
    { numRuns: 300 },
  );
});

test("whatever a model said or a file is called, no cell of a spreadsheet commands a terminal", (t) => {
  assert(
    property(hostileRecords, (records) => {
      const { columns, rows } = spreadsheetOf(records);
      for (const row of rows()) {
        t.is(row.length, columns.length);
        for (const cell of [...columns, ...row]) t.notRegex(`${cell}`, commanding);
      }
    }),
    { numRuns: 200 },
  );
});

/** What joins signs and words stays in data that goes elsewhere; what turns them round doesn't. */
const commanding = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

test("a file whose name is taken for an option commands no terminal", async (t) => {
  for (const name of ["--\u001b[2J.pdf", "--a\n\u001b[2J.pdf"]) {
    const { code, stderr } = await autod(["list", name]);
    t.is(code, 2);
    for (const line of stderr.split("\n")) t.notRegex(line, unprintable);
  }
});

test("whatever files are called, a dry run commands no terminal", async (t) => {
  await using home = await makeHome({}, { settle: "0ms", patience: "0ms" });
  const names = sample(hostileText, 40).map((name) => name.replaceAll(/[\0/]/g, ""));
  for (const [index, name] of names.entries()) {
    const cut = name.slice(0, 60).toWellFormed();
    await home.drop(`${cut}${index}.pdf`, "%PDF-1.7 nothing\n%%EOF");
    await home.drop(`${index}${cut}`, "nothing");
  }
  const lines = await answerIn(home, run, { dryRun: true }, { width: 80 });
  t.true(lines.length > 80);
  for (const line of lines) t.notRegex(line, unprintable);
});
