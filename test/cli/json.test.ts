import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import { assert, asyncProperty } from "fast-check";
import { accept } from "../../src/cli/accept.ts";
import { add } from "../../src/cli/add.ts";
import type { Command, Invocation } from "../../src/cli/command.ts";
import { costs } from "../../src/cli/costs.ts";
import { edit } from "../../src/cli/edit.ts";
import { forget } from "../../src/cli/forget.ts";
import { history } from "../../src/cli/history.ts";
import { importDocuments } from "../../src/cli/import.ts";
import { list } from "../../src/cli/list.ts";
import { reject } from "../../src/cli/reject.ts";
import { retry } from "../../src/cli/retry.ts";
import { review } from "../../src/cli/review.ts";
import { run } from "../../src/cli/run.ts";
import { search } from "../../src/cli/search.ts";
import { show } from "../../src/cli/show.ts";
import { status } from "../../src/cli/status.ts";
import { undo } from "../../src/cli/undo.ts";
import { why } from "../../src/cli/why.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { hostileRecords, unprintable } from "../helpers/hostile.ts";
import { invoice } from "../helpers/pdf.ts";
import { seedStore } from "../helpers/seeded-store.ts";
import { openOffice } from "../intake/deeds/office.ts";
import { answerIn } from "./answer.ts";

interface Asked {
  readonly args?: readonly string[];
  readonly options?: Invocation["options"];
}

/** Whether a value is what a file in config/ says; as JSON schemas go, a format says nothing of it. */
async function fitsTo(file: string) {
  const text = await readFile(new URL(`../../config/${file}`, import.meta.url), "utf8");
  return new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(text));
}

const keepsToSchema = test.macro({
  exec: async (
    t,
    command: Command,
    file: string,
    asked: (records: readonly DocumentRecord[], home: Home) => Asked | Promise<Asked>,
  ) => {
    await using home = await makeHome({}, { settle: "0ms", patience: "0ms" });
    const fits = await fitsTo(file);
    const isList = file === "record.schema.json" && command !== show;
    await assert(
      asyncProperty(hostileRecords, async (records) => {
        await seedStore(home.config.dataDir, records);
        const { args = [], options = {} } = await asked(records, home);
        const lines = await answerIn(home, command, { ...options, json: true }, { args });
        for (const line of lines) t.notRegex(line, unprintable);
        const facts: unknown = JSON.parse(lines.join("\n"));
        for (const one of isList ? (facts as unknown[]) : [facts]) {
          t.true(fits(one), JSON.stringify(fits.errors));
        }
      }),
      { numRuns: 50 },
    );
  },
  title: (name = "", { usage }: Command, file: string) =>
    `whatever is known, "${usage} --json" is what config/${file} says${name}`,
});

const first = ([record]: readonly DocumentRecord[]) => ({ args: [record?.id ?? ""] });
const every = (records: readonly DocumentRecord[]) => ({ args: records.map(({ id }) => id) });

test(keepsToSchema, list, "record.schema.json", () => ({}));
test(keepsToSchema, search, "record.schema.json", () => ({ args: ["invoice"] }));
test(keepsToSchema, show, "record.schema.json", first);
test(keepsToSchema, history, "history.schema.json", () => ({}));
test(keepsToSchema, status, "status.schema.json", () => ({}));
test(keepsToSchema, costs, "costs.schema.json", () => ({ options: { by: "model" } }));
test(" (verified)", keepsToSchema, costs, "verify.schema.json", () => ({
  options: { verify: true },
}));
test(keepsToSchema, retry, "retry.schema.json", every);
test(keepsToSchema, forget, "forget.schema.json", every);
test(keepsToSchema, undo, "undo.schema.json", every);
test(" (dry)", keepsToSchema, undo, "undo.schema.json", (records) => ({
  ...every(records),
  options: { dryRun: true },
}));
test(keepsToSchema, review, "record.schema.json", () => ({}));
test(keepsToSchema, accept, "deed.schema.json", every);
test(keepsToSchema, reject, "deed.schema.json", every);
test(keepsToSchema, edit, "deed.schema.json", ([record]) => ({
  args: [record?.id ?? "", "issuer=evil\u009b31m"],
}));
test(keepsToSchema, why, "why.schema.json", ([record]) => ({
  args: [record?.source.path ?? ""],
}));
test(" (of a file that lies there)", keepsToSchema, why, "why.schema.json", async (_, home) => ({
  args: [await home.drop("new.pdf", "%PDF-1.7 nothing\n%%EOF")],
}));
test(keepsToSchema, importDocuments, "import.schema.json", async (records, home) => {
  const file = join(home.folder, "all.jsonl");
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  await seedStore(home.config.dataDir, records.slice(1));
  return { args: [file] };
});
test(keepsToSchema, add, "add.schema.json", async (_, home) => {
  const file = join(home.folder, "added.pdf");
  await writeFile(file, "%PDF-1.7 nothing\n%%EOF");
  return { args: [file, join(home.folder, "nowhere.pdf")], options: { follow: false } };
});

test("what was read once more is what config/rerun.schema.json says, and so is what it would cost", async (t) => {
  const fits = await fitsTo("rerun.schema.json");
  await using at = await openOffice({
    "scan.pdf": await invoice("RE-7"),
    "broken.pdf": "%PDF-1.7 nothing\n%%EOF",
  });
  await at.edit("scan.pdf", "title=evil\u009b31m");
  for (const name of ["scan.pdf", "broken.pdf"]) {
    for (const options of [{}, { yes: true }, { apply: true }]) {
      const { facts } = await at.rerun(name, options);
      t.true(fits(facts), JSON.stringify(fits.errors));
    }
  }
});

test("what would be done is what config/forecast.schema.json says", async (t) => {
  await using home = await makeHome({}, { settle: "0ms", patience: "0ms" });
  const fits = await fitsTo("forecast.schema.json");
  await home.drop("broken\u009b31m.pdf", "%PDF-1.7 nothing\n%%EOF");
  await home.drop("notes.txt", "nothing");
  const lines = await answerIn(home, run, { dryRun: true, json: true });
  for (const line of lines) t.notRegex(line, unprintable);
  t.true(fits(JSON.parse(lines.join("\n"))), JSON.stringify(fits.errors));
});
