import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { backUp } from "../../src/store/backup.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { mirrored } from "../helpers/mirror.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

/** A home with one document that stands in its archive, and a backup of today. */
async function soundHome(): Promise<Home> {
  const home = await makeHome();
  const filedAs = join(home.archive, "Bill.pdf");
  await writeFile(filedAs, "%PDF-1.7");
  const { dataDir } = home.config;
  const record = seededRecord(0, { filedAs });
  await seedStore(dataDir, [record]);
  await chmod(dataDir, 0o700);
  await backUp(dataDir, new Map([[record.sha256, record]]));
  return home;
}

async function findings(home: Home): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await autod(["doctor", "--json", "--config", home.configFile]);
  const all: { about: string; state: string; message: string }[] = JSON.parse(stdout);
  return Object.fromEntries(
    all.map(({ about, state, message }) => [about, `${state}: ${message}`]),
  );
}

test("where all is well each thing says so, and the exit code is 0", async (t) => {
  await using home = await soundHome();
  const { code, stdout, stderr } = await autod(["doctor", "--config", home.configFile]);
  t.is(stderr, "");
  const lines = stdout.trimEnd().split("\n");
  t.true(
    lines.every((line) => line.startsWith("✓ ")),
    stdout,
  );
  t.deepEqual(
    lines.map((line) => line.slice(2, 16).trim()),
    [
      "configuration",
      "models",
      "folder scans",
      "data folder",
      "store",
      "costs",
      "files",
      "damage",
      "backups",
    ],
  );
  t.is(code, 0);
});

for (const [model, found] of [
  ["gpt-5", /^(warning: gpt-5 is|fault: gpt-5 was) shut down on 2026-12-11/],
  ["o1-mini", /^fault: o1-mini was shut down on 2025-10-27$/],
  ["gpt-99", /^fault: there is no known price for gpt-99$/],
] as const) {
  test(`a model that has no future, or no price, is told of: ${model}`, async (t) => {
    await using home = await makeHome({ profiles: { default: { model } } });
    t.regex((await findings(home))["models"] ?? "", found);
  });
}

test("of models that no folder's profile names nothing is said", async (t) => {
  const profiles = {
    default: { model: "o1-mini" },
    private: { server: "local", model: "llama3.2", input: "text" },
  };
  const servers = { local: { baseUrl: "http://127.0.0.1:9/v1" } };
  const folder = { profile: "private" };
  await using unpriced = await makeHome({ profiles, servers }, folder);
  t.regex(
    (await findings(unpriced))["models"] ?? "",
    /^fault: there is no known price for llama3\.2; .* add prices: \{ "llama3\.2": /,
  );
  const prices = { "llama3.2": { input: 0, output: 0 } };
  await using home = await makeHome({ profiles, servers, prices }, folder);
  t.is(
    (await findings(home))["models"],
    "well: llama3.2: the price is known, and no end is announced",
  );
});

test("before the first run there is nothing to find fault with", async (t) => {
  await using home = await makeHome();
  t.regex((await findings(home))["store"] ?? "", /^well: there is none in .*data yet$/);
});

const isTold = test.macro(
  async (
    t: ExecutionContext,
    change: (home: Home) => Promise<unknown>,
    about: string,
    said: RegExp,
    exitCode: number,
  ) => {
    await using home = await soundHome();
    await change(home);
    t.regex((await findings(home))[about] ?? "", said);
    t.is((await autod(["doctor", "--config", home.configFile])).code, exitCode);
  },
);

test(
  "a store that others may look into is told of",
  isTold,
  ({ config }) => chmod(config.dataDir, 0o755),
  "data folder",
  /^warning: others than its owner/,
  0,
);
test(
  "a store that is damaged is a fault",
  isTold,
  ({ config }) => writeFile(join(config.dataDir, "documents.json"), "torn"),
  "store",
  /^fault: .*is no JSON/,
  1,
);
test(
  "a journal that is damaged is a fault",
  isTold,
  ({ config }) => writeFile(join(config.dataDir, "journal.jsonl"), "never written so\n"),
  "store",
  /^fault: the journal is damaged: line 1 isn't what was written/,
  1,
);
test(
  "forgotten costs that can't be read are a fault",
  isTold,
  ({ config }) => writeFile(join(config.dataDir, "forgotten.jsonl"), "torn\n"),
  "costs",
  /^fault: .*forgotten\.jsonl:1/,
  1,
);
test(
  "calls that are missing are told of",
  isTold,
  async ({ config }) => {
    const path = join(config.dataDir, "documents.json");
    await writeFile(path, (await readFile(path, "utf8")).replace('"seq":1', '"seq":5'));
  },
  "costs",
  /^warning: 4 of 5 calls/,
  0,
);
test(
  "what was set aside is told of",
  isTold,
  async ({ config }) => {
    await mkdir(join(config.dataDir, "corrupt"));
    await writeFile(join(config.dataDir, "corrupt", "journal-1.jsonl"), "");
  },
  "damage",
  /^warning: .*journal-1\.jsonl/,
  0,
);
test(
  "a file that is gone from the archive is told of",
  isTold,
  async ({ config }) => {
    await seedStore(config.dataDir, [seededRecord(0), seededRecord(1)]);
  },
  "files",
  /^warning: .*Electricity bill 0\.pdf is gone \(and 1 more\)$/,
  0,
);

test(
  "a folder that can't be worked in is a fault",
  isTold,
  ({ quarantine }) => rm(quarantine, { recursive: true }),
  "folder scans",
  /^fault: quarantine .* doesn't exist$/,
  1,
);
test(
  "a folder is tried, once autod has one of its own in it",
  isTold,
  ({ inbox }) => mkdir(join(inbox, ".autod")),
  "folder scans",
  /^well: watched: the system tells of changes$/,
  0,
);

test("a share that doesn't tell of changes is known for one", async (t) => {
  await using home = await makeHome();
  await using share = await mirrored(t, home);
  if (share === null) return;
  t.regex((await findings(home))["folder scans"] ?? "", /^well: polled: it lies on FUSE/);
});

test("a configuration that is wrong is a fault, and all else is passed over", async (t) => {
  await using home = await makeHome();
  await writeFile(home.configFile, "folders: none");
  const { code, stdout } = await autod(["doctor", "--config", home.configFile]);
  t.is(code, 1);
  t.regex(stdout, /^✗ configuration .*autod\.yaml/);
});
