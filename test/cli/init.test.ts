import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { established } from "../../src/config/establish.ts";
import { loadConfig } from "../../src/config/load.ts";
import { autod } from "../helpers/cli.ts";
import { hasTerminals, keys, startDialogue } from "../helpers/dialogue.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { hangUp, serve, silence } from "../helpers/http.ts";
import { invoice } from "../helpers/pdf.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { until } from "../helpers/watching.ts";

/** A user's home with nothing in it. */
async function newcomer(t: ExecutionContext) {
  const home = await emptyFolder(t);
  const env = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_DATA_HOME: join(home, ".local/share"),
    XDG_STATE_HOME: join(home, ".local/state"),
    XDG_CACHE_HOME: join(home, ".cache"),
    AUTOD_CONFIG: "",
    npm_package_name: "",
  };
  const configFile = join(home, ".config/autod/autod.yaml");
  return {
    home,
    env,
    configFile,
    keyFile: join(home, ".config/autod/openai-key"),
    /** Whatever lies there but for caches, folders too. */
    entries: async () =>
      (await readdir(home, { recursive: true }))
        .filter((entry) => !/^\.cache(\/|$)/.test(entry))
        .toSorted(),
    load: () => loadConfig({ flags: { config: configFile }, env }),
    init: (...words: string[]) => autod(["init", ...words], env),
    saveKey: async (key: string) => {
      await mkdir(join(home, ".config/autod"), { recursive: true });
      await writeFile(join(home, ".config/autod/openai-key"), key, { mode: 0o600 });
    },
  };
}

/** The same with something to read from the input. */
async function initReading(
  input: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
) {
  const main = new URL("../../src/main.ts", import.meta.url).pathname;
  const { OPENAI_API_KEY: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [main, "init", "--key-stdin", ...words], {
    env: { ...inherited, ...env },
    stdio: ["pipe", "ignore", "pipe"],
  });
  child.stdin.end(input);
  const [stderr, [code]] = await Promise.all([
    child.stderr.setEncoding("utf8").toArray(),
    once(child, "close"),
  ]);
  return { stderr: stderr.join(""), code: code as number | null };
}

const rightsOf = async (file: string) => (await stat(file)).mode & 0o777;

test("after init, the first document is read and filed", async (t) => {
  await using sandbox = await openSandbox();
  const { home, env, configFile, keyFile, load } = await newcomer(t);
  const words = ["init", "~/papers", "--me", "Jane Doe", "--base-url", sandbox.url];
  const made = await autod(words, { ...env, OPENAI_API_KEY: sandbox.key });
  t.is(made.stderr, "");
  t.is(made.code, 0);
  t.is(
    made.stdout,
    [
      "inbox          ~/papers/Inbox",
      "archive        ~/papers/Archive",
      "quarantine     ~/papers/Quarantine",
      "configuration  ~/.config/autod/autod.yaml",
      "API key        ~/.config/autod/openai-key",
      "",
      "Save a PDF in ~/papers/Inbox. Then",
      "  take what lies there  autod run --once",
      "  or keep watching      autod run",
      "",
    ].join("\n"),
  );
  t.is(await readFile(keyFile, "utf8"), `${sandbox.key}\n`);
  t.is(await rightsOf(keyFile), 0o600);
  t.is(await rightsOf(dirname(configFile)), 0o700);
  const config = await load();
  t.is(config.folders[0]?.inbox, join(home, "papers/Inbox"));
  t.deepEqual(config.profiles.default.me, ["Jane Doe"]);

  await writeFile(join(home, "papers/Inbox/scan0001.pdf"), await invoice("RE-42"));
  const run = await autod(["run", "--once"], env);
  t.regex(run.stdout, /^✓ scan0001\.pdf → 2026\//);
});

test("what it makes is told as JSON, with the folders that were there already", async (t) => {
  await using sandbox = await openSandbox();
  const { home, configFile, keyFile, init, load, saveKey } = await newcomer(t);
  await saveKey(sandbox.key);
  await mkdir(join(home, "Scans"));
  const flags = ["--inbox", join(home, "Scans"), "--per-document", "0.25", "--per-month", "none"];
  const { stdout, stderr } = await init("--json", ...flags, "--base-url", sandbox.url);
  t.is(stderr, "");
  t.deepEqual(established.parse(JSON.parse(stdout)), {
    configFile,
    keyFile,
    key: "works",
    folders: {
      inbox: join(home, "Scans"),
      archive: join(home, "autod/Archive"),
      quarantine: join(home, "autod/Quarantine"),
    },
    made: [join(home, "autod/Archive"), join(home, "autod/Quarantine")],
  });
  const { budget } = await load();
  t.deepEqual(budget, { perDocument: "0.25", perDay: "2", perMonth: null });
});

test("without a terminal and without flags it says what it needs", async (t) => {
  const { init, entries } = await newcomer(t);
  const { code, stderr } = await init("~/papers");
  t.is(code, 2);
  t.regex(stderr, /init asks on a terminal, and here is none[^]*--yes/);
  t.deepEqual(await entries(), []);
});

test("a configuration is never overwritten", async (t) => {
  const { configFile, init, entries } = await newcomer(t);
  await mkdir(dirname(configFile), { recursive: true });
  await writeFile(configFile, "mine");
  const { code, stderr } = await init("--yes");
  t.is(code, 2);
  t.regex(stderr, /there is a configuration already: .*autod\.yaml[^]*--config FILE/);
  t.is(await readFile(configFile, "utf8"), "mine");
  t.deepEqual(await entries(), [".config", ".config/autod", ".config/autod/autod.yaml"]);
});

test("the one that $AUTOD_CONFIG or --config names is made there", async (t) => {
  const { home, env, init } = await newcomer(t);
  const first = join(home, "first.yaml");
  t.is((await autod(["init", "--yes"], { ...env, AUTOD_CONFIG: first })).code, 0);
  const second = join(home, "it's the second.yaml");
  const { stdout } = await init("--yes", "--config", second, "--data-dir", join(home, "second"));
  t.regex(stdout, /autod run --once --config '.*\/it'\\''s the second\.yaml'$/m);
  const load = (config: string) => loadConfig({ flags: { config }, env });
  t.is((await load(first)).dataDir, (await load(join(home, "first.yaml"))).dataDir);
  t.is((await load(second)).dataDir, join(home, "second"));
});

const refuses = test.macro({
  exec: async (t, words: readonly string[], code: number, said: RegExp) => {
    const { home, init, entries } = await newcomer(t);
    await writeFile(join(home, "file"), "");
    const ended = await init(...words.map((word) => word.replace("HOME", home)));
    t.regex(ended.stderr, said);
    t.is(ended.code, code);
    t.deepEqual(await entries(), ["file"], "nothing was made");
  },
  title: (_, words: readonly string[]) => `"autod init ${words.join(" ")}" makes nothing`,
});

test(refuses, ["HOME/a", "--yes", "--archive", "HOME/a/Inbox/x"], 2, /inbox: contains .*archive/);
test(refuses, ["--per-day", "lots"], 2, /budget\.perDay: expected an amount in USD/);
test(refuses, ["--base-url", "http://example.org/v1"], 2, /baseUrl: must begin with https/);
test(refuses, ["HOME/file/x", "--yes"], 1, /file is no folder \(DISK_FAULT\)/);
test(refuses, ["--inbox", ""], 2, /--inbox takes a path: it is empty/);
test(refuses, ["--key-file", "HOME/none"], 78, /none should hold the API key/);
test(refuses, ["--key-file", "HOME/file", "--key-stdin"], 2, /two keys/);
test(refuses, ["--key-stdin"], 78, /the input holds something else than one API key/);

test("a key that the API rejects is not saved, nor is anything else", async (t) => {
  await using sandbox = await openSandbox();
  const { env, entries } = await newcomer(t);
  const { code, stderr } = await initReading("sk-wrong\n", ["--base-url", sandbox.url], env);
  t.is(code, 1);
  t.regex(stderr, /the API rejects the key from the input \(KEY_REJECTED\)/);
  t.deepEqual(await entries(), []);
});

test("a model that the API doesn't have is refused", async (t) => {
  await using sandbox = await openSandbox();
  const { env, entries } = await newcomer(t);
  const words = ["--base-url", sandbox.url, "--model", "gpt-0"];
  const { code, stderr } = await initReading(sandbox.key, words, env);
  t.is(code, 1);
  t.regex(stderr, /MODEL_UNAVAILABLE[^]*another --model/);
  t.deepEqual(await entries(), []);
});

test("a key that can't be checked is saved, and that is said", async (t) => {
  await using server = await serve(hangUp);
  const { env, keyFile } = await newcomer(t);
  const { code, stderr } = await initReading(" sk-new \n", ["--base-url", server.url], env);
  t.is(code, 0);
  t.regex(stderr, /^the key could not be checked: no answer from the API/);
  t.is(await readFile(keyFile, "utf8"), "sk-new\n");
});

test("a key from the input takes the place of no other", async (t) => {
  await using sandbox = await openSandbox();
  const { env, keyFile, saveKey, entries } = await newcomer(t);
  await saveKey("sk-mine");
  const { code, stderr } = await initReading(sandbox.key, ["--base-url", sandbox.url], env);
  t.is(code, 2);
  t.regex(stderr, /openai-key holds another key already/);
  t.is(await readFile(keyFile, "utf8"), "sk-mine");
  t.false((await entries()).includes("autod"));
});

test("a key file that is named stays where it is, and is named in the configuration", async (t) => {
  await using sandbox = await openSandbox();
  const { home, init, load, entries } = await newcomer(t);
  const file = join(home, "my-key");
  await writeFile(file, sandbox.key, { mode: 0o600 });
  const { stdout } = await init("--key-file", file, "--base-url", sandbox.url);
  t.regex(stdout, /^API key +~\/my-key$/m);
  t.is((await load()).servers.openai.apiKeyFile, file);
  t.false((await entries()).includes(".config/autod/openai-key"));
});

test("without a key it says where to put one, in the words in which autod is called", async (t) => {
  const { env } = await newcomer(t);
  const { code, stdout } = await autod(["init", "--yes"], { ...env, npm_package_name: "autod" });
  t.is(code, 0);
  t.regex(stdout, /^API key +none yet$/m);
  t.regex(stdout, /^Put your API key into ~\/\.config\/autod\/openai-key \(chmod 600 it\)/m);
  t.regex(stdout, /keep watching +npm run --silent autod -- run$/m);
});

/** Questions need somebody at a terminal. */
const asked = test.macro(
  async (t, holds: (t: ExecutionContext, user: Newcomer) => Promise<void>) => {
    if (await hasTerminals()) return await holds(t, await newcomer(t));
    t.log("left out: there is no `script` of util-linux to lend a terminal");
    t.pass();
  },
);

type Newcomer = Awaited<ReturnType<typeof newcomer>>;

test("asks on a terminal, again where an answer can't be used", asked, async (t, user) => {
  await using sandbox = await openSandbox();
  await writeFile(join(user.home, "file"), "");
  await using dialogue = startDialogue(["init", "--base-url", sandbox.url], user.env);
  const { saw, type } = dialogue;
  await saw("Where?");
  type(`~/file/x${keys.enter}`);
  await saw("file is no folder");
  type(`${keys.clear}~/papers${keys.enter}`);
  await saw("Your name");
  type(`Jane Doe, J. Doe${keys.enter}`);
  await saw("Your API key");
  type(`two words${keys.enter}`);
  await saw("That is no key.");
  type(`${keys.clear}sk-wrong${keys.enter}`);
  await saw("It doesn't; try another");
  await saw("Your API key");
  type(`${sandbox.key}${keys.enter}`);
  await saw("It does");
  await saw("a day may cost");
  type(`lots${keys.enter}`);
  await saw("An amount such as 2.50");
  type(`${keys.clear}3.50${keys.enter}`);
  await saw("a month may cost");
  type(keys.enter);
  await saw("or keep watching");
  t.is(await dialogue.ended(), 0);
  t.false(dialogue.shown().includes(sandbox.key), "the key stays hidden");

  const config = await user.load();
  t.is(config.folders[0]?.inbox, join(user.home, "papers/Inbox"));
  t.deepEqual(config.profiles.default.me, ["Jane Doe", "J. Doe"]);
  t.deepEqual(config.budget, { perDocument: "0.5", perDay: "3.5", perMonth: "20" });
  t.is(await readFile(user.keyFile, "utf8"), `${sandbox.key}\n`);
  t.true((await user.entries()).includes("papers/Quarantine"));
});

test("Enter takes what is proposed, and a key can come later", asked, async (t, user) => {
  await using dialogue = startDialogue(["init", "--json"], user.env);
  const { saw, type } = dialogue;
  for (const question of ["Where?", "Your name", "Your API key", "a day", "a month"]) {
    await saw(question);
    type(keys.enter);
  }
  await saw(`"key": "missing"`);
  t.is(await dialogue.ended(), 0);
  const config = await user.load();
  t.is(config.folders[0]?.archive, join(user.home, "autod/Archive"));
  t.deepEqual(config.profiles.default.me, []);
  t.deepEqual(config.budget, { perDocument: "0.5", perDay: "2", perMonth: "20" });
});

test(
  "a key that is there is offered, and replaced by another only on purpose",
  asked,
  async (t, user) => {
    await using sandbox = await openSandbox();
    await user.saveKey("sk-old");
    await using dialogue = startDialogue(["init", "~/papers", "--base-url", sandbox.url], user.env);
    const { saw, type } = dialogue;
    await saw("Your name");
    type(keys.enter);
    await saw("The one in ~/.config/autod/openai-key");
    type(`${keys.down}${keys.enter}`);
    await saw("for that in ~/.config/autod/openai-key");
    type(`${sandbox.key}${keys.enter}`);
    await saw("a day may cost");
    t.is(await readFile(user.keyFile, "utf8"), "sk-old", "before all is answered nothing changes");
    type(keys.enter);
    await saw("a month may cost");
    type(keys.enter);
    t.is(await dialogue.ended(), 0);
    t.is(await readFile(user.keyFile, "utf8"), `${sandbox.key}\n`);
    t.is(await rightsOf(user.keyFile), 0o600);
  },
);

for (const [name, key] of [
  ["Ctrl-C", keys.ctrlC],
  ["Ctrl-D", keys.ctrlD],
] as const) {
  test(`${name} leaves everything as it was`, asked, async (t, user) => {
    await using dialogue = startDialogue(["init"], user.env);
    const { saw, type } = dialogue;
    await saw("Where?");
    type(keys.enter);
    await saw("Your name");
    type(key);
    await saw("Stopped; nothing was written.");
    t.is(await dialogue.ended(), 1);
    t.deepEqual(await user.entries(), []);
  });
}

test("Ctrl-C while the API is asked leaves everything as it was", asked, async (t, user) => {
  await using server = await serve(silence);
  await using dialogue = startDialogue(["init", "~/papers", "--base-url", server.url], user.env);
  const { saw, type } = dialogue;
  await saw("Your name");
  type(keys.enter);
  await saw("Your API key");
  type(`sk-new${keys.enter}`);
  await until(() => server.requests.length === 1);
  type(keys.ctrlC);
  await saw("Stopped; nothing was written.");
  t.is(await dialogue.ended(), 1);
  t.deepEqual(await user.entries(), []);
});
