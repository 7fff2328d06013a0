import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import test from "ava";
import type { DocumentRecord } from "../../src/store/record.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { until } from "../helpers/watching.ts";

test("prints its version", async (t) => {
  const { code, stdout } = await autod(["--version"]);
  t.is(code, 0);
  t.regex(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("help names every command, and each command's help has an example", async (t) => {
  const { code, stdout } = await autod(["help"]);
  t.is(code, 0);
  const named = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name ?? "");
  const words =
    "demo init run service add pause resume reload status list show search why estimate costs history review accept edit reject rerun retry undo forget doctor store export import config sandbox";
  const commands = words.split(" ");
  t.deepEqual(
    named.filter((name) => name !== "help"),
    commands,
  );
  for (const command of commands) {
    const help = await autod(["help", command]);
    t.is(help.code, 0);
    t.regex(help.stdout, new RegExp(`Example:\\n {2}\\$ autod ${command}`));
  }
});

test("help fits into 80 columns, and says of each command what it takes", async (t) => {
  const { stdout } = await autod(["help"]);
  t.deepEqual(
    stdout.split("\n").filter((line) => line.length > 80),
    [],
  );
  t.regex(stdout, /^ {2}why <path> +What became of a file/m);
});

const refuses = test.macro({
  exec: async (t, words: readonly string[], code: number, said: RegExp) => {
    await using home = await makeHome();
    const ended = await autod([...words, "--config", home.configFile]);
    t.is(ended.code, code);
    t.is(ended.stdout, "");
    t.regex(ended.stderr, said);
    t.notRegex(ended.stderr, /\n\s+at /, "no stack");
  },
  title: (_, words: readonly string[], code: number) =>
    `"autod ${words.join(" ")}" ends with ${code}`,
});

test(refuses, ["lsit"], 2, /Did you mean list\?/);
test(refuses, ["list", "--stauts", "archived"], 2, /Did you mean --status\?/);
test(refuses, ["list", "--status", "lost"], 2, /--status takes processing, archived/);
test(refuses, ["help", "lsit"], 2, /unknown command 'lsit'\n {2}Did you mean list\?\n$/);
test(refuses, ["xyzzyx"], 2, /unknown command 'xyzzyx'\n {2}autod help lists the commands\.\n$/);
test(refuses, ["show"], 2, /missing required argument 'id'\n {2}autod help show shows what it/);
test(refuses, ["list", "--burn"], 2, /unknown option '--burn'\n {2}autod help list shows what it/);
test(refuses, ["show", "3f2a"], 2, /too short/);
test(refuses, ["show", "3f2a9c"], 2, /no document's id/);
test(refuses, ["costs", "--by", "colour"], 2, /--by takes day, month/);
test(refuses, ["costs", "--since", "yesterday"], 2, /--since takes a day as YYYY-MM-DD/);
test(refuses, ["costs", "--until", "2026-02-30"], 2, /--until takes a day as YYYY-MM-DD/);
test(refuses, ["config", "burn"], 2, /config takes check, print, schema, prompt, not burn/);
test(refuses, ["sandbox", "--port", "99999"], 2, /--port takes a whole number/);
test(refuses, ["run", "--once"], 78, /there is no API key/);
test(refuses, ["run", "--once", "--concurrency", "0"], 78, /--concurrency/);
test(refuses, ["run", "--concurrency", "many"], 78, /expected a number, but found "many"/);
test(refuses, ["why", "/"], 2, /\/ is a folder; why takes the path of a file/);

test("names every fault of the configuration with its line and the nearest name", async (t) => {
  await using home = await makeHome();
  await writeFile(
    home.configFile,
    "folders:\n  - name: scans\n    inbxo: ./Inbox\nbudget: { perDay: lots }\n",
  );
  const { code, stderr } = await autod(["config", "check", "--config", home.configFile]);
  t.is(code, 78);
  t.regex(stderr, /autod\.yaml:3: .*inbxo.*did you mean inbox\?/);
  t.regex(stderr, /autod\.yaml:4: budget\.perDay/);
});

test("config check, print and schema print what they are asked for", async (t) => {
  await using home = await makeHome();
  const ask = (word: string, ...more: string[]) =>
    autod(["config", word, "--config", home.configFile, ...more]);
  t.regex((await ask("check")).stdout, /is valid; it watches scans\n$/);
  t.deepEqual(JSON.parse((await ask("check", "--json")).stdout), {
    file: home.configFile,
    valid: true,
  });
  t.regex((await ask("print")).stdout, /^dataDir: .*\/data$/m);
  t.is(JSON.parse((await ask("print", "--json")).stdout).folders[0].inbox, home.inbox);
  t.is(JSON.parse((await ask("schema")).stdout).type, "object");
});

test("run --once files what is there; list, show, why and costs tell of it", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const path = await home.drop("scan0001.pdf", await invoice("RE-42"));
  await home.drop("broken.pdf", "not a PDF");
  const ask = async (...words: string[]) => {
    const ended = await autod([...words, "--config", home.configFile], {
      OPENAI_API_KEY: sandbox.key,
    });
    t.is(ended.stderr, "");
    return ended;
  };

  const run = await ask("run", "--once");
  t.is(run.code, 1, "a document went to quarantine");
  t.regex(run.stdout, /^✓ scan0001\.pdf → 2026\/\w+\/2026-01-15 Nordlicht Energie GmbH/m);
  t.regex(run.stdout, /^✗ broken\.pdf → quarantine: .* \(NOT_A_PDF\)$/m);
  t.regex(run.stdout, /^1 archived, 1 quarantined \(autod list --status quarantined\)$/m);
  t.is((await ask("run", "--once")).stdout, "nothing to do\n");
  const told = (await ask("run", "--once", "--json")).stdout.trimEnd().split("\n");
  t.like(JSON.parse(told.at(-1) ?? ""), { tally: { archived: 0 }, offline: [] });
  t.like(JSON.parse(told[0] ?? ""), { event: "daemon.started" });

  const records: DocumentRecord[] = JSON.parse((await ask("list", "--json")).stdout);
  t.deepEqual(records.toSorted(bySha256), (await home.records()).toSorted(bySha256));
  const arrivals = records.map(({ source }) => source.arrivedAt);
  t.deepEqual(arrivals, arrivals.toSorted().toReversed(), "the newest first");
  const archived = records.find((one) => one.status === "archived")!;
  t.regex((await ask("list")).stdout, /Nordlicht Energie GmbH – .* {2}\$0\.000/);
  t.regex((await ask("list", "--status", "quarantined")).stdout, / NOT_A_PDF: broken\.pdf /);
  const none = "none of 2 documents fits --folder other\n";
  t.is((await ask("list", "--folder", "other")).stdout, none);

  const id = archived.id.slice(0, 6);
  t.deepEqual(JSON.parse((await ask("show", id, "--json")).stdout), archived);
  t.regex((await ask("show", id)).stdout, /^issuer +Nordlicht Energie GmbH$/m);
  t.regex((await ask("why", path)).stdout, /scan0001\.pdf is this document:\n\n[^]*archived/);
  t.is(JSON.parse((await ask("why", archived.filedAs!, "--json")).stdout).verdict, "document");

  const costs = JSON.parse((await ask("costs", "--json")).stdout);
  t.like(costs.total, { costUsd: archived.costUsd, possibleUsd: "0", calls: 1, documents: 1 });
  const byFolder = JSON.parse((await ask("costs", "--by", "folder", "--json")).stdout);
  t.deepEqual(byFolder.groups, [{ key: "scans", ...costs.total }]);
  t.regex((await ask("costs", "--by", "model")).stdout, /^gpt-5\.6-luna .*\n^total /m);
  const future = await ask("costs", "--since", "2999-01-01", "--json");
  t.is(JSON.parse(future.stdout).total.calls, 0);
});

test("ends with 69 where files must wait, and with 75 where another has the store", async (t) => {
  await using sandbox = await openSandbox({ latency: 1500 });
  await using home = await homeAt(sandbox);
  await home.drop("scan0001.pdf", await invoice("RE-42"));
  const words = ["run", "--once", "--config", home.configFile];

  const first = await autod(words, { OPENAI_API_KEY: "sk-wrong" });
  t.is(first.code, 69);
  t.regex(first.stdout, /^1 waiting; autod status says why$/m);
  const list = await autod(["list", "--config", home.configFile]);
  t.regex(list.stdout, / KEY_REJECTED: scan0001\.pdf /);

  const busy = startAutod(["run", "--config", home.configFile], { OPENAI_API_KEY: sandbox.key });
  await once(createInterface({ input: busy.stdout }), "line");
  const refused = await autod(words, { OPENAI_API_KEY: sandbox.key });
  t.is(refused.code, 75);
  t.regex(refused.stderr, /is held by another autod/);

  busy.kill("SIGTERM");
  const [code] = await once(busy, "exit");
  t.is(code, 0);
});

test("stopped half-way, a run of what is there says so and ends with 69", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {}, { settle: "1h", patience: "10h" });
  await home.drop("scan0001.pdf", await invoice("RE-42"));
  const run = startAutod(["run", "--once", "--config", home.configFile], {
    OPENAI_API_KEY: sandbox.key,
  });
  const [stdout, stderr] = [text(run.stdout), text(run.stderr)];
  await until(async () => (await home.logs().catch(() => [])).length > 0);
  run.kill("SIGINT");
  const [code] = await once(run, "exit");
  t.is(code, 69);
  t.is(await stdout, "stopped; the next run goes on\n");
  t.is(await stderr, "stopping; told once more, autod ends at once\n");
});

test("why says what keeps a file from being taken, and what can be done about it", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("half.pdf", "%PDF-1.7");
  const { stdout } = await autod(["why", path, "--config", home.configFile]);
  t.deepEqual(stdout.split("\n"), [
    `${path} has not been taken yet.`,
    "- autod is not running (NOT_RUNNING)",
    "  Start autod run, or let autod run --once take what lies there now.",
    "- it looks incomplete: the beginning or the end of a PDF is missing (LOOKS_INCOMPLETE)",
    "  It is waited for as long as it may still be written; then it is taken as it is.",
    "",
  ]);
});

test("variables of a shell don't redirect documents", async (t) => {
  await using sandbox = await openSandbox();
  await using elsewhere = await openSandbox();
  await using home = await homeAt(sandbox);
  await home.drop("scan0001.pdf", await invoice("RE-42"));
  const { code } = await autod(["run", "--once", "--config", home.configFile], {
    OPENAI_API_KEY: sandbox.key,
    OPENAI_BASE_URL: elsewhere.url,
    OPENAI_ORG_ID: "org-other",
    OPENAI_CUSTOM_HEADERS: "authorization: Bearer sk-other",
  });
  t.is(code, 0);
  t.deepEqual(elsewhere.requests(), []);
  t.is(sandbox.bills().length, 1);
});

test("what a file is called can't command a terminal", async (t) => {
  await using home = await makeHome();
  const name = "evil\u001b[2J\u202egpj.pdf";
  const record = seededRecord(1, {
    status: "quarantined",
    extraction: null,
    source: { path: join(home.inbox, name), name, arrivedAt: "2026-01-01T00:00:00.000Z" },
  });
  await seedStore(join(home.folder, "data"), [record]);
  for (const words of [["list"], ["show", record.id], ["why", join(home.inbox, name)]]) {
    const { stdout } = await autod([...words, "--config", home.configFile]);
    t.regex(stdout, /evil\\x1b\[2J\\u\{202e\}gpj/);
    t.false(["\u001b", "\u202e"].some((character) => stdout.includes(character)));
  }
});

test("the sandbox says what it is, where it is, and stops when told", async (t) => {
  const child = startAutod(["sandbox", "--json"]);
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { url, key } = JSON.parse(String(line));
  const answer = await fetch(`${url}/models`, { headers: { authorization: `Bearer ${key}` } });
  t.is(answer.status, 200);
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  t.is(code, 0);
});

test("without a configuration it says where it looked", async (t) => {
  await using home = await makeHome();
  await rm(home.configFile);
  const { code, stderr } = await autod(
    ["list"],
    { HOME: home.folder, XDG_CONFIG_HOME: home.folder },
    home.folder,
  );
  t.is(code, 78);
  t.regex(stderr, /autod\.yaml/);
});

const bySha256 = (a: DocumentRecord, b: DocumentRecord) => (a.sha256 < b.sha256 ? -1 : 1);
