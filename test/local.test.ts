import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { openDaemon, type Summary } from "../src/daemon.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { textOfBytes } from "../src/pdf/bytes.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { autod, startAutod } from "./helpers/cli.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { dropCorpus, withCorpus } from "./helpers/corpus.ts";
import { type Home, makeHome, quickFolder } from "./helpers/home.ts";
import { fileRefusals, type LocalServer, startLocalServer } from "./helpers/local-server.ts";
import { invoice, pdf } from "./helpers/pdf.ts";
import { startRunning, watched } from "./helpers/running.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

const textual = { server: "local", model: "llama3.2", input: "text" };
const settingsFor = ({ url }: Pick<LocalServer, "url">) => ({
  servers: { local: { baseUrl: url } },
  prices: { "llama3.2": { input: 0, output: 0 } },
});

/** A home whose only folder is read by a server of one's own; nothing may cost anything there. */
const homeAt = (server: Pick<LocalServer, "url">, change: object = {}): Promise<Home> =>
  makeHome(
    {
      ...settingsFor(server),
      profiles: { default: {}, private: { ...textual, ...change } },
      budget: { perDocument: 0, perDay: 0, perMonth: 0 },
    },
    { profile: "private" },
  );

/** On a machine that has no key. */
const keyless = (home: Home) => ({ XDG_CONFIG_HOME: join(home.folder, "none") });
const command = (home: Home, ...words: string[]) =>
  autod([...words, "--config", home.configFile], keyless(home));

async function runOnce(
  { config }: Home,
  keys: Readonly<Record<string, string>> = { local: "none" },
): Promise<Summary["tally"]> {
  const waits = { first: 0, longest: 0 };
  await using daemon = await openDaemon(config, { keys: new Map(Object.entries(keys)), waits });
  return (await daemon.once()).tally;
}

const onlyAsks = ({ requests }: LocalServer) => [...new Set(requests())];

const costs = async (home: Home) => {
  const { code, stdout } = await command(home, "costs", "--verify", "--json");
  const { equal, log, store } = JSON.parse(stdout);
  return { code, equal, log, store };
};

test("an inbox is read by a server that knows nothing but text, and needs no key", async (t) => {
  const say = (answer: string) =>
    `<think>\nIs it {"an": "invoice"}?\n</think>\n\`\`\`json\n${answer}\n\`\`\`\nDone.`;
  await using server = await startLocalServer({ say });
  await using home = await homeAt(server);
  const pdfs = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => invoice(`RE-${number}`)));
  for (const [index, bytes] of pdfs.entries()) await home.drop(`scan${index}.pdf`, bytes);

  const { code, stderr } = await command(home, "run", "--once");
  t.is(code, 0, stderr);

  await expectFiled(t, home, pdfs);
  t.deepEqual(onlyAsks(server), ["POST /v1/responses"]);
  t.is(server.requests().length, pdfs.length);
  for (const { status, calls, costUsd, profile, extraction } of await home.records()) {
    t.like({ status, profile, costUsd }, { status: "archived", profile: "private", costUsd: "0" });
    t.like(calls, [
      { outcome: "ok", responseId: null, model: "llama3.2", costUsd: "0", possibleUsd: "0" },
    ]);
    t.like(extraction, { issuer: "Nordlicht Energie GmbH", totalAmount: "95.20" });
  }
  t.like(await costs(home), {
    code: 0,
    equal: true,
    log: { calls: 6, costUsd: "0", possibleUsd: "0" },
  });
  t.deepEqual(
    (await home.logs()).filter(({ level }) => Number(level) >= 40),
    [],
  );
});

test("the commands that look find nothing wrong where the only server is one's own", async (t) => {
  await using server = await startLocalServer();
  await using home = await homeAt(server);
  await home.drop("scan.pdf", await invoice("RE-1"));
  const { code, stdout } = await command(home, "run", "--dry-run", "--json");
  t.is(code, 0);
  t.like(JSON.parse(stdout).files, [
    { verdict: "read", profile: "private", estimate: { costUsd: "0", upperCostUsd: "0" } },
  ]);
  t.is((await command(home, "run", "--once")).code, 0);
  const checkup = JSON.parse((await command(home, "doctor", "--json")).stdout);
  t.deepEqual(
    checkup.filter(({ state }: { state: string }) => state === "fault"),
    [],
  );
  const status = JSON.parse((await command(home, "status", "--json")).stdout);
  t.like(status, { trouble: null, blocks: [], waiting: [] });
  t.deepEqual(server.requests().toSorted(), ["GET /v1/models/llama3.2", "POST /v1/responses"]);
});

withCorpus("of real PDFs each is read, or refused for what it is", async (t) => {
  await using server = await startLocalServer();
  await using home = await homeAt(server);
  const names = await dropCorpus(home);
  const { archived, review, quarantined, duplicate } = await runOnce(home);
  t.is(archived + review + quarantined + duplicate, names.length);
  t.deepEqual(onlyAsks(server), ["POST /v1/responses"]);
  const refused = (await home.records()).filter(({ status }) => status === "quarantined");
  for (const { error, calls, source } of refused) {
    t.regex(error?.code ?? "", /^(NOT_A_PDF|PDF_|TEXT_MISSING)/, source.name);
    t.deepEqual(calls, []);
  }
  t.true(archived + review > 0);
});

test("killed while it answers, the ask is booked as unknown at nothing, and made again", async (t) => {
  await using server = await startLocalServer();
  await using home = await homeAt(server);
  const bytes = await invoice("RE-1");
  await home.drop("scan.pdf", bytes);
  server.setThinking(true);
  const child = startAutod(["run", "--once", "--config", home.configFile], keyless(home));
  const exited = once(child, "exit");
  await until(() => server.documents().length === 1);
  child.kill("SIGKILL");
  await exited;
  server.setThinking(false);

  t.is((await command(home, "run", "--once")).code, 0);

  await expectFiled(t, home, [bytes]);
  t.like(await home.records(), [
    {
      status: "archived",
      costUsd: "0",
      calls: [
        { outcome: "unknown", costUsd: "0", possibleUsd: "0" },
        { outcome: "ok", costUsd: "0", possibleUsd: "0" },
      ],
    },
  ]);
  t.deepEqual(server.requests(), ["POST /v1/responses", "POST /v1/responses"]);
  t.like(await costs(home), { code: 0, equal: true, log: { calls: 2, possibleUsd: "0" } });
});

test("an answer that is none is asked for once more, and costs nothing", async (t) => {
  await using server = await startLocalServer({ say: () => "I am only a small model." });
  await using home = await homeAt(server);
  await home.drop("scan.pdf", await invoice("RE-1"));
  t.is((await runOnce(home)).quarantined, 1);
  t.like(await home.records(), [
    { error: { code: "ANSWER_INVALID" }, calls: [{ outcome: "invalid" }, { outcome: "invalid" }] },
  ]);
  t.is(server.requests().length, 2);
});

for (const [name, fileRefusal] of Object.entries(fileRefusals)) {
  test(`files wait where they are sent to ${name}`, async (t) => {
    await using server = await startLocalServer({ fileRefusal });
    await using home = await homeAt(server, { input: "inline" });
    await home.drop("scan.pdf", await invoice("RE-1"));
    t.like(await runOnce(home), { waiting: 1, quarantined: 0 });
    t.like(await home.records(), [{ error: { code: "PARAMETER_REJECTED" }, costUsd: "0" }]);
    t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
  });
}

test("a scan without text goes to quarantine unsent, and may be read by another profile then", async (t) => {
  await using server = await startLocalServer();
  await using sandbox = await openSandbox({ readTranscript: async () => "Invoice 7 of 2026" });
  await using home = await homeAt(server);
  const scan = await pdf({ pages: ["", ""] });
  await home.drop("scan.pdf", scan);
  await home.drop("mixed.pdf", await pdf({ pages: ["", "Here is a page that has text."] }));
  t.like(await runOnce(home), { quarantined: 1, archived: 1 });
  const refused = (await home.records()).find(({ status }) => status === "quarantined");
  t.like(refused, { error: { code: "TEXT_MISSING" }, calls: [] });
  t.is(server.requests().length, 1);
  t.deepEqual(server.documents(), [
    "--- page 1 ---\n\n\n--- page 2 ---\nHere is a page that has text.",
  ]);

  const written = JSON.parse(await readFile(home.configFile, "utf8"));
  written.folders[0].profile = "default";
  const other = { ...written, openai: { baseUrl: sandbox.url }, budget: {} };
  await writeFile(home.configFile, JSON.stringify(other));
  t.is((await command(home, "retry", refused?.id ?? "")).code, 0);
  const key = { ...keyless(home), OPENAI_API_KEY: sandbox.key };
  const ended = await autod(["run", "--once", "--config", home.configFile], key);
  t.is(ended.code, 0, ended.stderr);
  t.is(sandbox.bills().length, 1);
  t.is(server.requests().length, 1);
});

test("each folder's documents reach its own server alone, whatever happens", async (t) => {
  await using inspector = startInspector();
  const read: string[] = [];
  await using sandbox = await startSandbox({
    readText: async (bytes) => {
      const pages = await textOfBytes(inspector)(bytes);
      read.push(pages.join("\n"));
      return pages;
    },
  });
  await using server = await startLocalServer();
  const names = ["open", "quick", "private"] as const;
  await using home = await makeHome({
    ...settingsFor(server),
    openai: { baseUrl: sandbox.url },
    folders: names.map((name) =>
      quickFolder(name, { profile: name === "open" ? "default" : name }),
    ),
    profiles: { default: {}, quick: { input: "inline" }, private: textual },
  });
  for (const name of names) await mkdir(join(home.inbox, name), { recursive: true });
  const keys = { local: "none", openai: sandbox.key };
  const drop = async (number: number) => {
    for (const name of names) {
      await home.drop(
        `${name}/scan${number}.pdf`,
        await invoice(`${name.toUpperCase()}-${number}`),
      );
    }
  };
  const seenBy = (texts: readonly string[]) =>
    texts.flatMap((text) => text.match(/(OPEN|QUICK|PRIVATE)-\d/g) ?? []).toSorted();

  for (const number of [1, 2]) await drop(number);
  // Neither a scan nor bytes that are known find another way.
  await home.drop("private/scan.pdf", await pdf({ pages: [""] }));
  t.like(await runOnce(home, keys), { archived: 6, quarantined: 1 });
  await home.drop("open/again.pdf", await invoice("PRIVATE-1"));
  t.like(await runOnce(home, keys), { duplicate: 1 });
  t.deepEqual(seenBy(server.documents()), ["PRIVATE-1", "PRIVATE-2"]);
  t.deepEqual(onlyAsks(server), ["POST /v1/responses"]);

  // Where the server is away its documents wait, and the others go on.
  await server[Symbol.asyncDispose]();
  await drop(3);
  t.like(await runOnce(home, keys), { archived: 2, waiting: 1 });
  t.deepEqual(await home.left(), ["Inbox/private/scan3.pdf"]);
  t.deepEqual(
    [...new Set(seenBy(read))],
    ["OPEN-1", "OPEN-2", "OPEN-3", "QUICK-1", "QUICK-2", "QUICK-3"],
  );
  t.is(sandbox.requests().filter(({ path }) => path === "/v1/responses").length, 6);
  t.deepEqual([sandbox.files(), sandbox.responses()], [[], []]);
});

test("what a profile asked that has another name since is no business of the usual one", async (t) => {
  await using own = await openSandbox({ thinking: 86_400_000 });
  await using other = await openSandbox();
  const keys = new Map([
    ["own", own.key],
    ["openai", other.key],
  ]);
  const written = { openai: { baseUrl: other.url }, servers: { own: { baseUrl: own.url } } };
  const inline = { server: "own", input: "inline" };
  await using home = await makeHome(
    { ...written, profiles: { default: {}, private: inline } },
    { profile: "private" },
  );
  const bytes = await invoice("RE-1");
  await home.drop("scan.pdf", bytes);
  {
    await using daemon = await watching(home, own, { keys });
    await until(() => daemon.records().some(({ work }) => typeof work?.responseId === "string"));
  }
  own.setThinking(0);
  const { profiles, folders } = home.config;
  const config = {
    ...home.config,
    folders: folders.map((folder) => ({ ...folder, profile: "mine" })),
    profiles: { default: profiles.default, mine: profiles["private"]! },
  };
  t.is((await runOnce({ ...home, config }, Object.fromEntries(keys))).archived, 1);

  await expectFiled(t, home, [bytes]);
  t.is(own.bills().length, 1);
  t.deepEqual(
    other.requests().filter(({ method }) => method === "POST"),
    [],
  );
});

test("OpenAI's key isn't sent to another machine unencrypted, whoever asks", async (t) => {
  await using home = await makeHome(
    {
      profiles: { default: {}, private: { ...textual, server: "nas" } },
      servers: { nas: { baseUrl: "http://nas.invalid/v1", allowHttp: true, apiKeyFile: "./key" } },
    },
    { profile: "private" },
  );
  await writeFile(join(home.folder, "key"), "sk-SECRET", { mode: 0o600 });
  const env = { ...keyless(home), OPENAI_API_KEY: "sk-SECRET" };
  const { code, stderr } = await autod(["run", "--once", "--config", home.configFile], env);
  t.is(code, 78);
  t.regex(stderr, /the key of the server nas is OpenAI's.*\(KEY_EXPOSED\)/s);
  t.notRegex(stderr, /SECRET/);
});

test("a server that no folder's documents go to is left alone, and may be away", async (t) => {
  await using server = await startLocalServer();
  await using sandbox = await openSandbox();
  await using home = await makeHome({
    openai: { baseUrl: sandbox.url },
    servers: { local: { baseUrl: server.url }, away: { baseUrl: "http://127.0.0.1:9/v1" } },
    profiles: { default: {}, idle: { server: "local" }, gone: { server: "away" } },
  });
  await using running = startRunning(home, sandbox.key);
  await watched(home);
  await home.drop("scan.pdf", await invoice("RE-1"));
  await until(async () => (await home.filed()).length === 1);
  running.signal("SIGTERM");
  t.is(await running.ended(), 0);
  t.deepEqual(server.requests(), []);
  t.deepEqual(
    (await home.logs()).filter(({ level }) => level === "warn"),
    [],
  );
});
