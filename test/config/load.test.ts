import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { loadConfig } from "../../src/config/load.ts";
import type { AutodError } from "../../src/errors.ts";
import { faults, folderWith, load } from "./written.ts";

const minimal = "folders: [{}]\n";

test("a configuration needs no more than its folders", async (t) => {
  const { config, home } = await load(t, minimal);
  t.is(config.file, join(home, "autod.yaml"));
  t.like(config.folders[0], {
    name: "scans",
    inbox: join(home, "autod/Inbox"),
    archive: join(home, "autod/Archive"),
    quarantine: join(home, "autod/Quarantine"),
    pollInterval: 2000,
    settle: 1000,
    patience: 15_000,
    profile: "default",
  });
  t.like(config.profiles.default, { model: "gpt-5.6-luna", server: "openai", maxPages: null });
  t.like(config.servers.openai, { baseUrl: "https://api.openai.com/v1", timeout: 600_000 });
  t.is(config.servers.openai.apiKeyFile, undefined);
  t.deepEqual(config.budget, { perDocument: "0.5", perDay: "2", perMonth: "20" });
  t.deepEqual(config.limits, { maxBytes: 50_000_000, maxPages: 500 });
});

test("JSON is YAML too", async (t) => {
  const { config } = await load(t, JSON.stringify({ folders: [{ name: "post" }], concurrency: 2 }));
  t.is(config.folders[0]?.name, "post");
  t.is(config.concurrency, 2);
});

test("an empty file lacks folders", async (t) => {
  t.deepEqual(await faults(t, "# nothing yet\n"), ["1: folders: is missing"]);
});

test("paths are made absolute", async (t) => {
  const text = 'folders: [{ inbox: in, archive: "${SHARE}/a", quarantine: ~/q }]\ndataDir: ./data';
  const { config, home } = await load(t, text, { env: { SHARE: "/srv/share" } });
  t.like(config.folders[0], {
    inbox: join(home, "in"),
    archive: "/srv/share/a",
    quarantine: join(home, "q"),
  });
  t.is(config.dataDir, join(home, "data"));
});

test("openai is short for servers.openai", async (t) => {
  const short = await load(t, `${minimal}openai: { timeout: 1m }`);
  const long = await load(t, `${minimal}servers: { openai: { timeout: 1m } }`);
  t.is(short.config.servers.openai.timeout, 60_000);
  t.deepEqual(short.config.servers, long.config.servers);
});

test("profiles and servers besides the default ones are complete too", async (t) => {
  const { config } = await load(
    t,
    `${minimal}servers: { local: { baseUrl: "http://127.0.0.1:1/v1" } }\nprofiles: { mine: { server: local } }`,
  );
  t.deepEqual(Object.keys(config.profiles).toSorted(), ["default", "mine"]);
  t.is(config.profiles["mine"]?.effort, "low");
  t.is(config.servers["local"]?.baseUrl, "http://127.0.0.1:1/v1");
  t.is(config.servers["local"]?.uploadsExpireAfter, 86_400_000);
});

test("prices that aren't named cost as much as input", async (t) => {
  const prices =
    "prices: { gpt-5: { input: 10, output: 30.00 }, tiny: { input: 0.000001, cachedInput: 0, output: 1 } }";
  const { config } = await load(t, minimal + prices);
  t.deepEqual(config.prices, {
    "gpt-5": { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" },
    tiny: { input: "0.000001", cachedInput: "0", cacheWrite: "0.000001", output: "1" },
  });
});

test("money keeps the digits that are written", async (t) => {
  const { config } = await load(
    t,
    `${minimal}budget: { perMonth: 9007199254740993.10, perDay: null }`,
  );
  t.is(config.budget.perMonth, "9007199254740993.1");
  t.is(config.budget.perDay, null);
});

const means = test.macro(async (t, word: string, value: boolean | "auto") => {
  const { config } = await load(t, `${minimal}openai: { resumable: ${word} }`);
  t.is(config.servers.openai.resumable, value);
});

test("resumable: auto is auto", means, "auto", "auto");
test("resumable: on is true", means, "on", true);
test("resumable: yes is true", means, "yes", true);
test("resumable: true is true", means, "true", true);
test("resumable: off is false", means, "off", false);
test("resumable: false is false", means, "false", false);

test("variables win over the file, and flags over variables", async (t) => {
  const text = `${minimal}dataDir: /file\nlogs: { level: warn, keep: 3 }\nconcurrency: 2`;
  const env = { AUTOD_DATA_DIR: "/variable", AUTOD_LOG_LEVEL: "debug" };
  const byVariable = await load(t, text, { env });
  t.is(byVariable.config.dataDir, "/variable");
  t.is(byVariable.config.logs.level, "debug");
  t.is(byVariable.config.logs.keep, 3);
  const flags = { dataDir: "flag", logLevel: "error", concurrency: 9 };
  const byFlag = await load(t, text, { env, flags });
  t.is(byFlag.config.dataDir, join(byFlag.home, "flag"));
  t.is(byFlag.config.logs.level, "error");
  t.is(byFlag.config.concurrency, 9);
});

test("empty variables say nothing", async (t) => {
  const env = { AUTOD_DATA_DIR: "", AUTOD_LOG_LEVEL: "" };
  const { config } = await load(t, `${minimal}dataDir: /file`, { env });
  t.is(config.dataDir, "/file");
  t.is(config.logs.level, "info");
});

test("what a flag or variable says wrong is laid at its door", async (t) => {
  const env = { AUTOD_LOG_LEVEL: "lod", AUTOD_DATA_DIR: "${NOPE}" };
  t.deepEqual(await faults(t, minimal, { env, flags: { concurrency: 65 } }), [
    "AUTOD_DATA_DIR: dataDir: the variable NOPE is not set",
    "--concurrency: concurrency: must be at most 64",
    'AUTOD_LOG_LEVEL: logs.level: expected trace, debug, info, warn, error or fatal, but found "lod"',
  ]);
});

test("a section that is no mapping is a fault also where a flag speaks of it", async (t) => {
  const found = await faults(t, `${minimal}logs: loud`, { flags: { logLevel: "debug" } });
  t.deepEqual(found, ['2: logs: expected a mapping, but found "loud"']);
});

test("every fault is named at once, each with its line", async (t) => {
  const text = `folders:
  - inbx: ~/x
    archive: \${NOPE}/a
    profile: defalt
    settle: 2s
  - inbox: ~/autod/Archive/in
    name: scans
    inbocks: red
profiles:
  default:
    detail: hgh
    name: "{isuer}"
openai: { baseUrl: http://api.example.com }
prices: { gpt-5.6: { input: 1 } }
concurrency: many
dataDir: x
dataDir: y
`;
  const found = await faults(t, text);
  t.deepEqual(
    found.map((line) => line.replace(/ \(\/.*\)$/, "")),
    [
      "2: folders[0].inbx: unknown key; did you mean inbox?",
      "2: folders[0].patience: must be at least 10 × settle",
      "3: folders[0].archive: the variable NOPE is not set",
      '4: folders[0].profile: there is no profile "defalt"; did you mean default?',
      "6: folders[1].inbox: lies in folders[1].archive",
      "7: folders[1].name: folders[0] has this name too",
      "8: folders[1].inbocks: unknown key; did you mean inbox?",
      '11: profiles.default.detail: expected auto, low or high, but found "hgh"; did you mean high?',
      "12: profiles.default.name: unknown placeholder {isuer}; did you mean issuer?",
      "13: openai.baseUrl: must begin with https://, for its key may be OpenAI's; put a server of your own under servers, with a name of its own",
      '14: prices["gpt-5.6"].output: is missing',
      '15: concurrency: expected a number, but found "many"',
      "17: dataDir: stands there twice",
    ],
  );
});

test("the file that --config names wins", async (t) => {
  const home = await folderWith(t, { "a.yaml": minimal, "b.yaml": minimal });
  const env = { AUTOD_CONFIG: join(home, "b.yaml") };
  t.is(
    (await loadConfig({ flags: { config: "a.yaml" }, env, cwd: home })).file,
    join(home, "a.yaml"),
  );
  t.is((await loadConfig({ env, cwd: home })).file, join(home, "b.yaml"));
});

test("a file that is named but missing is not looked for elsewhere", async (t) => {
  const home = await folderWith(t, { "autod.yaml": minimal });
  const options = { flags: { config: "nope.yaml" }, env: {}, cwd: home, looking: true };
  const error = await t.throwsAsync<AutodError>(loadConfig(options), { code: "CONFIG_MISSING" });
  t.true(error.message.endsWith(join(home, "nope.yaml")));
});

/** What a process of its own finds, with this home. */
async function foundBy(t: ExecutionContext, home: string, looking: boolean): Promise<string> {
  const module = new URL("../../src/config/load.ts", import.meta.url).href;
  const script = `import { loadConfig } from ${JSON.stringify(module)};
    try { console.log((await loadConfig({ looking: ${looking} })).file) }
    catch (error) { console.log(error.code + " " + error.message) }`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script],
    {
      cwd: home,
      env: { HOME: home },
    },
  );
  return stdout.trim();
}

const userFile =
  process.platform === "darwin"
    ? "Library/Preferences/autod/autod.yaml"
    : ".config/autod/autod.yaml";

test("the user's configuration folder comes before the current one", async (t) => {
  const home = await folderWith(t, { "autod.yaml": minimal, [userFile]: minimal });
  t.is(await foundBy(t, home, true), join(home, userFile));
});

test("only commands that look take ./autod.yaml", async (t) => {
  const home = await folderWith(t, { "autod.yaml": minimal });
  t.is(await foundBy(t, home, true), join(home, "autod.yaml"));
  t.is(
    await foundBy(t, home, false),
    `CONFIG_MISSING there is no configuration at ${join(home, userFile)}`,
  );
});

const unreadable = test.macro(
  async (t, make: (path: string) => Promise<unknown>, message: RegExp) => {
    const path = join(await folderWith(t), "autod.yaml");
    await make(path);
    await t.throwsAsync(loadConfig({ flags: { config: path }, env: {} }), {
      code: "CONFIG_INVALID",
      message,
    });
  },
);

test("a folder is no configuration", unreadable, (path) => mkdir(path), /is no file/);
test(
  "a pipe is no configuration",
  unreadable,
  (path) => promisify(execFile)("mkfifo", [path]),
  /is no file/,
);
test("a link to itself is no configuration", unreadable, (path) => symlink(path, path), /ELOOP/);
test(
  "a configuration is at most 1 MB",
  unreadable,
  (path) => writeFile(path, "#".repeat(1_000_001)),
  /larger than 1 MB/,
);
test(
  "a configuration is UTF-8",
  unreadable,
  (path) => writeFile(path, Buffer.from([0x61, 0xff])),
  /autod\.yaml: can't be read: it is no UTF-8 text$/,
);
test(
  "a syntax error has its line",
  unreadable,
  (path) => writeFile(path, "a: 1\nb: [\n"),
  /autod\.yaml:3: /,
);
