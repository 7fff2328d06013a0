import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Choices, composeConfig } from "../../src/config/compose.ts";
import { fold } from "../../src/config/fold.ts";
import { documented, settings } from "../../src/config/schema.ts";
import { readSource } from "../../src/config/source.ts";
import { load } from "./written.ts";

const env = { HOME: "/home/jane" };
const usual: Choices = {
  inbox: "/home/jane/autod/Inbox",
  archive: "/home/jane/autod/Archive",
  quarantine: "/home/jane/autod/Quarantine",
  me: [],
};

test("what nobody decided is at its default", async (t) => {
  const { value } = readSource(await composeConfig(usual, env));
  t.deepEqual(
    fold(settings(documented).parse(value)),
    fold(settings(documented).parse({ folders: [{}] })),
  );
});

test("all that was decided is in effect", async (t) => {
  const { config } = await load(
    t,
    await composeConfig(
      {
        inbox: "/srv/Post: new #1",
        archive: "/srv/- Archive",
        quarantine: "/home/jane/Quarantäne",
        me: ["Doe, Jane", 'Jane "J." Doe', "no"],
        model: "gpt-5.6-sol",
        baseUrl: "http://127.0.0.1:11434/v1",
        apiKeyFile: "/srv/key",
        dataDir: "/srv/data",
        perDocument: "0.10",
        perDay: "9007199254740993.1",
        perMonth: "none",
      },
      env,
    ),
    { env },
  );
  t.like(config.folders[0], {
    inbox: "/srv/Post: new #1",
    archive: "/srv/- Archive",
    quarantine: "/home/jane/Quarantäne",
  });
  t.deepEqual(config.profiles.default.me, ["Doe, Jane", 'Jane "J." Doe', "no"]);
  t.is(config.profiles.default.model, "gpt-5.6-sol");
  t.like(config.servers.openai, { baseUrl: "http://127.0.0.1:11434/v1", apiKeyFile: "/srv/key" });
  t.is(config.dataDir, "/srv/data");
  t.is(config.logs.dir, "/srv/data/log", "costs are added up from what one autod logged");
  t.deepEqual(config.budget, { perDocument: "0.1", perDay: "9007199254740993.1", perMonth: null });
});

test("paths below the home are written with ~, and each setting keeps its comment", async (t) => {
  const text = await composeConfig({ ...usual, me: ["Jane Doe"], perDay: "3" }, env);
  t.regex(text, /^ {4}inbox: ~\/autod\/Inbox # where people and scanners save$/m);
  t.regex(text, /^ {4}me: \[Jane Doe\] # names that are the recipient, never the issuer$/m);
  t.regex(text, /^ {2}perDay: 3$/m);
});

test("the starter is written as it stands where nothing differs", async (t) => {
  const starter = await readFile(
    new URL("../../config/autod.starter.yaml", import.meta.url),
    "utf8",
  );
  const body = (text: string) => text.slice(text.indexOf("# The folders"));
  t.is(body(await composeConfig(usual, env)), body(starter));
});

test("what it points to is there", async (t) => {
  const text = await composeConfig(usual, env);
  const schema = /\$schema=(\S+)$/m.exec(text)?.[1] ?? "";
  const example = /^# (\/.*autod\.example\.yaml)$/m.exec(text)?.[1] ?? "";
  for (const file of [fileURLToPath(schema), join(example)]) await t.notThrowsAsync(readFile(file));
});

test("what it shows in comments is right too", async (t) => {
  const text = await composeConfig(usual, env);
  const shown = text.replaceAll(/^( +)# ([a-z]+:)/gm, "$1$2");
  const { config } = await load(t, shown);
  t.truthy(config.profiles.default.instructions);
  t.is(config.profiles.default.categories.length, 4);
});
