import test from "ava";
import { assert, asyncProperty, property } from "fast-check";
import { linesForAdditions } from "../../src/cli/additions.ts";
import type { Command } from "../../src/cli/command.ts";
import { tellDemo } from "../../src/cli/demo-story.ts";
import { history } from "../../src/cli/history.ts";
import { list } from "../../src/cli/list.ts";
import { search } from "../../src/cli/search.ts";
import { show } from "../../src/cli/show.ts";
import { became } from "../../src/intake/addition.ts";
import stringWidth from "string-width";
import { hostileRecords, hostileText, unprintable } from "../helpers/hostile.ts";
import { answer } from "./answer.ts";

const plain = (_: unknown, text: string) => text;
const of80 = { style: plain, width: 80 };

const commandsNoTerminal = test.macro({
  exec: async (t, command: Command, argsFor: (id: string) => readonly string[], whole: boolean) => {
    await assert(
      asyncProperty(hostileRecords, async (records) => {
        const args = argsFor(records[0]?.id ?? "");
        for (const width of [80, Number.POSITIVE_INFINITY]) {
          const lines = await answer(command, records, {}, { args, width });
          t.true(lines.length > 0);
          for (const line of lines) {
            t.notRegex(line, unprintable);
            // Where paths stand whole they are there to be copied.
            if (width === 80 && !whole) t.true(stringWidth(line) <= 80, line);
          }
        }
      }),
      { numRuns: 30 },
    );
  },
  title: (name = "", { usage }: Command) =>
    `whatever a model said or a file is called, "${usage}" commands no terminal${name}`,
});

test(commandsNoTerminal, list, () => [], false);
test(commandsNoTerminal, search, () => ["invoice"], false);
test(" (signs)", commandsNoTerminal, search, () => ["=cmd|' /C calc'!A0", "-\u001b[2J"], false);
test(commandsNoTerminal, history, () => [], false);
test(commandsNoTerminal, show, (id: string) => [id], true);

test("whatever is looked for commands no terminal, and is no language of its own", async (t) => {
  await assert(
    asyncProperty(hostileRecords, hostileText, async (records, asked) => {
      try {
        const lines = await answer(search, records, {}, { args: [asked, "invoice"], width: 80 });
        for (const line of lines) t.notRegex(line, unprintable);
      } catch (error) {
        t.like(error, { code: "ARGUMENT_INVALID" });
      }
    }),
    { numRuns: 30 },
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
      const verdicts = ["filed", "known", "waiting", "quarantined", "refused"] as const;
      for (const [index, record] of records.entries()) {
        for (const verdict of verdicts) {
          const message = record.extraction?.title ?? "";
          lines.push(...say(became(named[index]!, verdict, { record, code: "X", message })));
        }
      }
      for (const line of lines) t.notRegex(line, unprintable);
    }),
    { numRuns: 100 },
  );
});
