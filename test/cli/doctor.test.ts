import { chmod, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { doctor } from "../../src/cli/doctor.ts";
import type { Finding } from "../../src/intake/finding.ts";
import { backUp } from "../../src/store/backup.ts";
import { lockStore } from "../../src/store/lock.ts";
import { autod } from "../helpers/cli.ts";
import { smallDisk } from "../helpers/folder.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { mirrored } from "../helpers/mirror.ts";
import { leaveOut } from "../helpers/odd-files.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { endIn } from "./answer.ts";

/** A home with one document that stands in its archive, a backup of today, and a server that takes its key. */
async function soundHome(settings: Readonly<Record<string, unknown>> = {}) {
  await using opening = new AsyncDisposableStack();
  const sandbox = opening.use(await openSandbox());
  const openai = { baseUrl: sandbox.url };
  const home = opening.use(await makeHome({ openai, ...settings }));
  const filedAs = join(home.archive, "Bill.pdf");
  await writeFile(filedAs, "%PDF-1.7");
  const { dataDir } = home.config;
  const record = seededRecord(0, { filedAs });
  await seedStore(dataDir, [record]);
  await chmod(dataDir, 0o700);
  await backUp(dataDir, new Map([[record.sha256, record]]));
  const env = { OPENAI_API_KEY: sandbox.key, PATH: process.env["PATH"] ?? "" };
  const stack = opening.move();
  return { ...home, sandbox, env, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

type Sound = Awaited<ReturnType<typeof soundHome>>;

/** What doctor finds, by what it is about; of several the first. */
async function look(
  home: Home & { readonly env?: NodeJS.ProcessEnv },
  options: Readonly<Record<string, boolean>> = {},
) {
  const { code, lines } = await endIn(home, doctor, { json: true, ...options }, home);
  const all = JSON.parse(lines.join("\n")) as Finding[];
  const said = all.toReversed().map((one) => [one.about, `${one.state}: ${one.message}`] as const);
  return { code, found: Object.fromEntries(said) as Readonly<Record<string, string>> };
}

test("where all is well each thing says so, and the exit code is 0", async (t) => {
  await using home = await soundHome();
  const { code, stdout, stderr } = await autod(["doctor", "--config", home.configFile], home.env);
  t.is(stderr, "");
  const lines = stdout.trimEnd().split("\n");
  t.true(
    lines.every((line) => line.startsWith("✓ ")),
    stdout,
  );
  const about = lines.map((line) => line.slice(2, 17).trim()).filter((one) => one !== "watches");
  const parts =
    "configuration, autod, rights, node, clock, server openai, models, folder scans, disk, data folder, store, costs, files, damage, backups, logs, service, notify";
  t.deepEqual(about, parts.split(", "));
  t.is(code, 0);
  t.true(home.sandbox.requests().every(({ method }) => method === "GET"));
});

test("on a narrow terminal, and beside a long name, each line has room", async (t) => {
  await using home = await soundHome();
  const broken = { ...home, env: { ...home.env, OPENAI_API_KEY: "" } };
  for (const [width, lines] of [
    [36, ["✗ server openai", "  there is no API key in", "  openai.apiKeyFile,"]],
    [70, ["✗ server openai  there is no API key in openai.apiKeyFile,"]],
  ] as const) {
    const shown = (await endIn(home, doctor, {}, { ...broken, width })).lines;
    const at = shown.indexOf(lines[0]);
    t.deepEqual(shown.slice(at, at + lines.length), [...lines]);
    const wide = shown.filter((line) => line.length > width && !line.includes("/"));
    t.deepEqual(wide, []);
  }
});

for (const [model, found] of [
  ["gpt-5", /^(warning: gpt-5 is|fault: gpt-5 was) shut down on 2026-12-11/],
  ["o1-mini", /^fault: o1-mini was shut down on 2025-10-27$/],
  ["gpt-99", /^fault: there is no known price for gpt-99$/],
] as const) {
  test(`a model that has no future, or no price, is told of: ${model}`, async (t) => {
    await using home = await soundHome({ profiles: { default: { model } } });
    t.regex((await look(home)).found["models"] ?? "", found);
  });
}

test("a model that the server doesn't have is a fault", async (t) => {
  await using home = await soundHome({ profiles: { default: { model: "gpt-99" } } });
  t.regex((await look(home)).found["server openai"] ?? "", /^fault: .*gpt-99/);
});

test("of models that no folder's profile names nothing is said", async (t) => {
  const profiles = {
    default: { model: "o1-mini" },
    private: { server: "local", model: "llama3.2", input: "text" },
  };
  const servers = { local: { baseUrl: "http://127.0.0.1:9/v1" } };
  const folder = { profile: "private" };
  await using unpriced = await makeHome({ profiles, servers }, folder);
  t.regex(
    (await look(unpriced)).found["models"] ?? "",
    /^fault: there is no known price for llama3\.2; .* add prices: \{ "llama3\.2": /,
  );
  const prices = { "llama3.2": { input: 0, output: 0 } };
  await using home = await makeHome({ profiles, servers, prices }, folder);
  const { found } = await look(home);
  t.is(found["models"], "well: llama3.2: the price is known, and no end is announced");
  t.regex(found["server local"] ?? "", /^fault: no answer from the API/);
  t.is(found["server openai"], undefined);
});

test("before the first run there is nothing to find fault with", async (t) => {
  await using home = await makeHome();
  const { found } = await look(home);
  t.regex(found["store"] ?? "", /^well: there is none in .*data yet$/);
  t.regex(found["logs"] ?? "", /^well: none in .*log yet$/);
});

const isTold = test.macro(
  async (
    t: ExecutionContext,
    change: (home: Sound) => unknown,
    about: string,
    said: RegExp,
    exitCode: number,
  ) => {
    await using home = await soundHome();
    await change(home);
    const { found, code } = await look(home);
    t.regex(found[about] ?? "", said);
    t.is(code, exitCode);
    // It hides nothing else.
    t.true(Object.keys(found).includes("notify"));
  },
);

test(
  "that there is no key is a fault",
  isTold,
  ({ env }) => delete (env as NodeJS.ProcessEnv)["OPENAI_API_KEY"],
  "server openai",
  /^fault: there is no API key in openai\.apiKeyFile/,
  1,
);
test(
  "a key that the server doesn't take is a fault",
  isTold,
  ({ sandbox }) => sandbox.setKey("another"),
  "server openai",
  /^fault: .*key/,
  1,
);
test(
  "a server that doesn't answer is a fault",
  isTold,
  ({ sandbox }) => sandbox.close(),
  "server openai",
  /^fault: no answer from the API/,
  1,
);
test(
  "a server that is busy is no fault",
  isTold,
  ({ sandbox }) =>
    sandbox.setFaults([{ request: "GET /v1/models/:id", kinds: ["rate-limit"], forever: true }]),
  "server openai",
  /^warning: /,
  0,
);
test(
  "a configuration that anybody may change is told of",
  isTold,
  ({ configFile }) => chmod(configFile, 0o666),
  "rights",
  /^warning: anybody may change .*autod\.yaml$/,
  0,
);
test(
  "a clock that is behind is told of",
  isTold,
  ({ config }) => {
    const updatedAt = new Date(Date.now() + 86_400_000).toISOString();
    return seedStore(config.dataDir, [seededRecord(0), seededRecord(1, { updatedAt })]);
  },
  "clock",
  /^warning: it is behind: a document was recorded at /,
  0,
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
test(
  "a log that others may read is told of",
  isTold,
  async ({ config }) => {
    await mkdir(config.logs.dir);
    await writeFile(join(config.logs.dir, "autod.2026-11-29.1.log"), "{}\n", { mode: 0o644 });
  },
  "logs",
  /^warning: others may read .*autod\.2026-11-29\.1\.log$/,
  0,
);
test(
  "a log that can't be written is a fault",
  isTold,
  ({ config }) => writeFile(config.logs.dir, "no folder").then(() => chmod(config.logs.dir, 0o444)),
  "logs",
  /^fault: .*log can't be written to/,
  1,
);

test("that a running autod logs elsewhere is told of", async (t) => {
  await using home = await soundHome();
  const { dataDir, logs } = home.config;
  using _ = lockStore(dataDir);
  t.regex((await look(home)).found["logs"] ?? "", /^warning: autod is running, but/);
  await mkdir(logs.dir);
  const file = join(logs.dir, "autod.2026-11-29.1.log");
  const started = '{"event":"daemon.started"}\n';
  await writeFile(file, `${started}{"event":"daemon.stopped"}\n`, { mode: 0o600 });
  t.regex((await look(home)).found["logs"] ?? "", /^warning: autod is running, but/);
  await writeFile(file, `${started}{"event":"daemon.sto`, { mode: 0o600 });
  t.regex((await look(home)).found["logs"] ?? "", /^well: 1 file in /);
});

test("a store of another user is told of", async (t) => {
  await using home = await soundHome();
  try {
    await chown(home.config.dataDir, 12_345, 12_345);
  } catch {
    return leaveOut(t, "only root may give a folder away");
  }
  const { found } = await look(home);
  t.regex(found["data folder"] ?? "", /^warning: .* belongs to another user$/);
});

test("a disk that is nearly full is told of, with who needs it", async (t) => {
  const disk = await smallDisk(t, 300);
  if (disk === null) return;
  await using home = await soundHome({ logs: { dir: join(disk, "not", "yet") } });
  const all = await endIn(home, doctor, { json: true }, home);
  const findings = JSON.parse(all.lines.join("\n")) as Finding[];
  const [others, small] = findings.filter(({ about }) => about === "disk");
  t.regex(others?.message ?? "", /free: dataDir, folder scans$/);
  t.deepEqual(
    [small?.state, small?.message.replace(/\d+/, "N")],
    ["warning", "only N MB are free: logs.dir"],
  );
});

test("passwords that others may read are told of, wherever they stand", async (t) => {
  await using listed = await soundHome({ profiles: { default: { passwords: ["sesame"] } } });
  await chmod(listed.configFile, 0o644);
  const { found } = await look(listed);
  t.regex(found["rights"] ?? "", /^warning: others may read the passwords in .*autod\.yaml$/);
  await using filed = await soundHome({ profiles: { default: { passwords: "./words" } } });
  await writeFile(join(filed.folder, "words"), "sesame\n", { mode: 0o644 });
  t.regex((await look(filed)).found["rights"] ?? "", /^fault: the file of passwords .*by others/);
});

test("a share that doesn't tell of changes is known for one", async (t) => {
  await using home = await makeHome();
  await using share = await mirrored(t, home);
  if (share === null) return;
  t.regex((await look(home)).found["folder scans"] ?? "", /^well: polled: it lies on FUSE/);
});

test("a configuration that is wrong is a fault, and all that needs none is looked at", async (t) => {
  await using home = await makeHome();
  await writeFile(home.configFile, "folders: none");
  const { code, stdout } = await autod(["doctor", "--config", home.configFile]);
  t.is(code, 1);
  t.regex(stdout, /^✗ configuration .*autod\.yaml/);
  t.regex(stdout, /^✓ node +Node 24\./m);
});

test("a command of notify that isn't there is a fault", async (t) => {
  await using home = await soundHome({ notify: { command: ["autod-beep"] } });
  const { code, found } = await look(home);
  t.is(found["notify"], "fault: there is no program autod-beep that may be run");
  t.is(code, 1);
});

test("doctor --notify tells you that it is a test", async (t) => {
  const script = 'cat > "$0"; test -n "$AUTOD_TEXT"';
  await using folder = await makeHome();
  const told = join(folder.folder, "told");
  await using home = await soundHome({ notify: { command: ["sh", "-c", script, told] } });
  t.regex((await look(home)).found["notify"] ?? "", /^well: sh is there$/);
  await t.throwsAsync(readFile(told), { code: "ENOENT" });
  t.regex((await look(home, { notify: true })).found["notify"] ?? "", /^well: sh was run, and/);
  t.like(JSON.parse(await readFile(told, "utf8")), { occasion: "test", title: "autod: a test" });
});

test("doctor --notify says why you could not be told", async (t) => {
  const command = ["sh", "-c", "echo no display >&2; exit 4"];
  await using home = await soundHome({ notify: { command } });
  const { code, found } = await look(home, { notify: true });
  t.is(found["notify"], "fault: sh: it ended with 4: no display");
  t.is(code, 1);
  await using silent = await soundHome();
  const { found: none } = await look(silent, { notify: true });
  t.is(none["notify"], "fault: there is no command to try: notify isn't set");
});

test("an account that keeps documents waiting is a fault, though its key is good", async (t) => {
  await using sandbox = await openSandbox({ faults: { rate: 1, kinds: ["quota"] } });
  await using home = await homeAt(sandbox);
  await home.drop("scan.pdf", await invoice("RE-1"));
  await runOnce(home, sandbox);
  sandbox.setFaults(null);
  const env = { OPENAI_API_KEY: sandbox.key, PATH: process.env["PATH"] ?? "" };
  const { lines } = await endIn(home, doctor, { json: true }, { env });
  const all = JSON.parse(lines.join("\n")) as Finding[];
  const [well, blocked] = all.filter(({ about }) => about === "server openai");
  t.is(well?.state, "well");
  t.like(blocked, { state: "fault" });
  t.regex(blocked?.message ?? "", /^is blocked: .*\(QUOTA_EXHAUSTED\)$/);
});
