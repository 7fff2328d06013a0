import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import { pino } from "pino";
import { type Notifier, openNotifier, tryToTell } from "../../src/notify/notifier.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { until } from "../helpers/watching.ts";
import {
  blocked,
  exhausted,
  fatal,
  offline,
  online,
  quarantined,
  roomy,
  unblocked,
} from "./lines.ts";
import { toldBy } from "./told.ts";

const schema = new URL("../../config/notification.schema.json", import.meta.url);

test("the command reads what happened, as config/notification.schema.json says", async (t) => {
  const { heed, end, state } = await toldBy(t);
  const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(await readFile(schema, "utf8")),
  );
  heed(quarantined("a\u009b31m.pdf"));
  const told = await end();
  t.true(
    told.every((one) => fits(one)),
    JSON.stringify(fits.errors),
  );
  t.like(told[0], {
    version: 1,
    occasion: "quarantine",
    title: "autod: 1 document in quarantine",
    count: 1,
    folder: "scans",
    path: "/home/jane/Inbox/a\u009b31m.pdf",
    id: "3f2a9c01b7de",
    summary: null,
  });
  t.like(state(), { sent: 1, failed: 0, dropped: 0, lastFailure: null });
});

test("the first is told at once, and what follows as one", async (t) => {
  const { heed, settled, told } = await toldBy(t, { pace: { gather: 300 } });
  for (let number = 1; number <= 12; number += 1) heed(quarantined(`${number}.pdf`));
  await settled(2);
  const [first, rest] = await told();
  t.like(first, { count: 1, path: "/home/jane/Inbox/1.pdf" });
  t.like(rest, { count: 11, path: null, title: "autod: 11 documents in quarantine" });
});

test("what is gathered is told at the end", async (t) => {
  const { heed, end } = await toldBy(t);
  for (const name of ["1.pdf", "2.pdf", "3.pdf"]) heed(quarantined(name));
  t.deepEqual(
    (await end()).map(({ count }) => count),
    [1, 2],
  );
  heed(quarantined());
  t.is((await end()).length, 2);
});

test("trouble that lasts is told once, and once more when it is over", async (t) => {
  const { heed, end } = await toldBy(t);
  for (const line of [offline(), offline(), online(), online()]) heed(line);
  t.deepEqual(
    (await end()).map(({ title, folder }) => [title, folder]),
    [
      ["autod: nothing is taken from folder scans", "scans"],
      ["autod: folder scans is well again", "scans"],
    ],
  );
});

test("trouble that nobody was told of needs no end, and an end that nobody was told of no new trouble", async (t) => {
  const { heed, end } = await toldBy(t);
  heed(offline("first"));
  for (let time = 0; time < 3; time += 1) {
    heed(offline("scans"));
    heed(online("scans"));
  }
  heed(online("first"));
  heed(offline("second"));
  heed(online("second"));
  heed(offline("first"));
  heed(online("first"));
  heed(offline("first"));
  const told = (await end()).map(({ occasion, title }) => `${occasion}: ${title}`);
  t.deepEqual(told, [
    "offline: autod: nothing is taken from folder first",
    "well: autod: folder first is well again",
    "offline: autod: nothing is taken from folder first",
  ]);
});

test("trouble of another kind in the same place is told too", async (t) => {
  const { heed, end } = await toldBy(t, { pace: { gather: 1 } });
  heed(blocked("KEY_REJECTED"));
  heed(blocked("QUOTA_EXHAUSTED"));
  t.deepEqual(
    (await end()).map(({ error }) => error?.code),
    ["KEY_REJECTED", "QUOTA_EXHAUSTED"],
  );
});

test("what became of a trouble that was told is told, also where it turned into another meanwhile", async (t) => {
  const { heed, end } = await toldBy(t);
  for (const line of [blocked(), blocked("QUOTA_EXHAUSTED"), unblocked]) heed(line);
  const told = (await end()).map(({ occasion, error }) => [occasion, error?.code]);
  t.deepEqual(told, [
    ["blocked", "KEY_REJECTED"],
    ["well", undefined],
  ]);
});

test("that a budget begins anew is no news", async (t) => {
  const { heed, end } = await toldBy(t);
  for (const line of [exhausted, roomy]) heed(line);
  t.deepEqual(
    (await end()).map(({ occasion }) => occasion),
    ["budget"],
  );
});

test("what is too much is left out, counted, and said in the next", async (t) => {
  const { heed, end, state } = await toldBy(t, { pace: { most: 1, limit: 1_000_000 } });
  for (const line of [quarantined(), blocked(), offline()]) heed(line);
  t.is((await end()).length, 1);
  t.like(state(), { sent: 1, dropped: 2 });

  const later = await toldBy(t, { pace: { most: 1, limit: 50, gather: 10 } });
  later.heed(blocked());
  later.heed(offline());
  await later.settled(1);
  let number = 0;
  await until(() => {
    later.heed(quarantined(`${(number += 1)}.pdf`));
    return later.state().sent >= 2;
  });
  t.regex((await later.told())[1]?.text ?? "", / \d+ earlier notifications? didn't reach you\.$/);
});

test("the command runs once at a time", async (t) => {
  const script =
    'mkdir "$0/busy" || echo >> "$0/both"; sleep 0.1; rmdir "$0/busy"; echo >> "$0/runs"';
  const { heed, end, written } = await toldBy(t, { script });
  for (const line of [quarantined(), blocked(), offline()]) heed(line);
  await end();
  t.is(await written("runs"), "\n\n\n");
  t.is(await written("both"), "");
});

test("a failure is logged once for its cause, and not tried again", async (t) => {
  const script = 'echo >> "$0/runs"; echo "no such screen $$" >&2; exit 3';
  const { heed, end, logs, state, written } = await toldBy(t, { script });
  for (const line of [quarantined(), blocked(), offline()]) heed(line);
  await end();
  t.is(await written("runs"), "\n\n\n");
  t.like(state(), { sent: 0, failed: 3 });
  t.regex(state().lastFailure?.message ?? "", /^sh: it ended with 3: no such screen \d+$/);
  t.is(logs().length, 1);
  t.like(logs()[0], { level: 40, msg: "notification failed" });
});

test("what could not be told is said once it can be", async (t) => {
  const script = 'test -e "$0/told" || { touch "$0/told"; exit 1; }; cat >> "$0/told"';
  const { heed, end } = await toldBy(t, { script });
  heed(quarantined());
  heed(blocked());
  const [told] = await end();
  t.is(told?.occasion, "blocked");
  t.regex(told?.text ?? "", / 1 earlier notification didn't reach you\.$/);
});

for (const [program, why] of [
  ["/nowhere/beep", /^\/nowhere\/beep can't be run: there is no such program$/],
  ["/", /^\/ can't be run: it is no program that may be executed$/],
  ["a\0b", /^a\0b can't be run: /],
] as const) {
  test(`a command that can't be run stops nothing: ${JSON.stringify(program)}`, async (t) => {
    const { signal } = new AbortController();
    const failure = await tryToTell([program], { env: {}, signal });
    t.regex(failure?.message ?? "", why);
  });
}

test("a failure that is logged is no news", async (t) => {
  let notifier: Notifier | null = null;
  const lines: string[] = [];
  const log = pino(
    { formatters: { level: (label) => ({ level: label }) } },
    {
      write(line: string) {
        lines.push(line);
        notifier?.heed(line);
      },
    },
  );
  notifier = openNotifier(["false"], { env: process.env, log });
  notifier.heed(quarantined());
  await until(() => lines.length > 0);
  await notifier[Symbol.asyncDispose]();
  t.is(notifier.state().failed, 1);
});

/** A shell that heeds no request to end, and starts another of its kind. */
const stubborn =
  'trap "" TERM; sleep 1000 & echo $! >> "$0/pids"; echo $$ >> "$0/pids"; wait; wait';

/** One that is dead may still stand in the table of processes, until somebody asks what it ended with. */
async function areGone(pids: string): Promise<boolean> {
  const list = pids.trim().split("\n").join(",");
  const { stdout } = await promisify(execFile)("ps", ["-o", "stat=", "-p", list]).catch(() => ({
    stdout: "",
  }));
  return stdout.split("\n").every((state) => state === "" || state.startsWith("Z"));
}

test("a command that takes too long is ended, with all that it started", async (t) => {
  const { heed, settled, state, written } = await toldBy(t, {
    script: stubborn,
    pace: { patience: 500, grace: 50 },
  });
  heed(quarantined());
  await settled(1);
  t.is(state().lastFailure?.message, "sh: it took more than 0.5 s");
  const pids = await written("pids");
  await until(() => areGone(pids));
});

test("the end waits for no command for long, and leaves none behind", async (t) => {
  const { heed, written, end, state } = await toldBy(t, {
    script: stubborn,
    pace: { farewell: 50 },
  });
  heed(quarantined());
  await until(async () => /\n\d+\n/.test(await written("pids")));
  const pids = await written("pids");
  heed(blocked());
  await end();
  t.like(state(), { sent: 0, failed: 1 });
  await until(() => areGone(pids));
});

test("a process that a command leaves behind on purpose keeps nobody waiting", async (t) => {
  const script = 'sleep 1000 & echo $! > "$0/pid"';
  const { heed, settled, state, written } = await toldBy(t, { script });
  heed(quarantined());
  await settled(1);
  t.is(state().sent, 1);
  process.kill(Number(await written("pid")));
});

test("the words stand in the environment, and no key does", async (t) => {
  const env = {
    PATH: process.env["PATH"],
    OPENAI_API_KEY: "sk-secret",
    OPENAI_PROJECT: "secret",
    CREDENTIALS_DIRECTORY: "/run/secret",
    NOTIFY_SOCKET: "/run/secret",
    WATCHDOG_USEC: "1",
    LANG: "C.UTF-8",
  };
  const { heed, end, written } = await toldBy(t, { script: 'env > "$0/env"', env });
  heed(quarantined("Grüße\u202e.pdf"));
  await end();
  const lines = (await written("env")).split("\n");
  t.true(lines.includes("AUTOD_TITLE=autod: 1 document in quarantine"));
  t.true(lines.some((line) => line.startsWith("AUTOD_TEXT=Grüße\\u{202e}.pdf: the PDF needs")));
  t.true(lines.includes("LANG=C.UTF-8"));
  t.notRegex(lines.join("\n"), /secret|OPENAI|WATCHDOG/);
});

test("a fault that ends autod is told of while it ends", async (t) => {
  const folder = await emptyFolder(t);
  const told = join(folder, "told");
  const fixture = new URL("fixtures/last-words.ts", import.meta.url).pathname;
  await writeFile(join(folder, "line"), fatal);
  // It goes on to complain when nobody hears it any more.
  const script = `sleep 0.2; echo complaint >&2; cat > "${told}.part"; mv "${told}.part" "${told}"`;
  const ended = promisify(execFile)(process.execPath, [fixture, join(folder, "line"), script]);
  t.is(
    await ended.then(
      () => 0,
      ({ code }: { code: number }) => code,
    ),
    70,
  );
  const text = () => readFile(told, "utf8").catch(() => "");
  await until(async () => (await text()) !== "");
  t.like(JSON.parse(await text()), { occasion: "fault", title: "autod: ended by a fault" });
});
