import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import { parse } from "yaml";
import type { z } from "zod";
import { generate, schemas } from "../../config/generate.ts";
import { fold } from "../../src/config/fold.ts";
import { jsonSchema, namesAt } from "../../src/config/json-schema.ts";
import { documented, settings } from "../../src/config/schema.ts";

const read = (name: string) => readFile(new URL(`../../config/${name}`, import.meta.url), "utf8");

const check = () => new Ajv2020({ strict: false }).compile(jsonSchema());

for (const file of Object.keys(schemas)) {
  test(`config/${file} is what is generated (npm run generate)`, async (t) => {
    t.is(await read(file), await generate(file));
  });
}

test("every setting has a sentence", (t) => {
  for (const [path, { description }] of settingsIn(jsonSchema())) {
    t.is(typeof description, "string", path);
  }
});

test("the example is at the defaults", async (t) => {
  const example = settings(documented).parse(parse(await read("autod.example.yaml")));
  t.deepEqual(fold(example), fold(settings(documented).parse({ folders: [{}] })));
});

test("the example has every setting", async (t) => {
  const example = await read("autod.example.yaml");
  for (const [path] of settingsIn(jsonSchema())) {
    const key = path.split(".").at(-1);
    t.regex(example, new RegExp(`(^|[\\s{#])${key}:`, "m"), path);
  }
});

test("what the example shows in comments is right too", async (t) => {
  const example = await read("autod.example.yaml");
  const shown = example
    .replaceAll(/^(servers|prices|notify): .*$/gm, "$1:")
    .replaceAll(/^( *)# (budget:|apiKeyFile:|invoices:|  [a-zA-Z]+:|  {3,})/gm, "$1$2")
    .replaceAll(/^#( {2}[\w-]+:)/gm, "$1");
  const { folders, profiles, openai, servers, prices, notify } = settings(documented).parse(
    parse(shown),
  );
  t.is(folders[0]?.budget?.perDay, "1");
  t.deepEqual(Object.keys(profiles["invoices"]?.fields ?? {}), [
    "invoiceNumber",
    "costCentre",
    "orderNumbers",
  ]);
  t.is(openai?.apiKeyFile, "~/.config/autod/openai-key");
  t.is(servers["local"]?.baseUrl, "http://127.0.0.1:11434/v1");
  t.is(prices["gpt-5"]?.output, "30");
  t.is(notify?.command.length, 2);
});

test("an editor takes the example, and finds an unknown key", async (t) => {
  const valid = check();
  t.true(valid(parse(await read("autod.example.yaml"))), JSON.stringify(valid.errors));
  t.false(valid({ folders: [{ inbx: "x" }] }));
  t.false(valid({ folders: [{ settle: "soon" }] }));
});

test("names are known at every depth", (t) => {
  t.deepEqual(namesAt(["folders", 3, "budget"]), ["perDay", "perMonth"]);
  t.deepEqual(namesAt(["notify"]), ["command"]);
  t.deepEqual(namesAt(["profiles", "mine", "review"]), ["below"]);
  t.deepEqual(namesAt(["prices"]), []);
  t.deepEqual(namesAt(["nowhere", "at", "all"]), []);
});

type Node = z.core.JSONSchema.JSONSchema;

/** Every setting of a mapping, with its path. */
function settingsIn(node: Node, path = ""): [path: string, setting: Node][] {
  const inner = [node.items, node.additionalProperties, ...(node.anyOf ?? [])].flat();
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, value]): [string, Node][] => {
      if (typeof value !== "object") return [];
      return [[`${path}.${key}`, value], ...settingsIn(value, `${path}.${key}`)];
    }),
    ...inner.flatMap((value) => (typeof value === "object" ? settingsIn(value, path) : [])),
  ];
}
