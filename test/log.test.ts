import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as tick, setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { Config } from "../src/config/schema.ts";
import { AutodError } from "../src/errors.ts";
import { loggable, openLog } from "../src/log.ts";
import { fillDisk } from "./helpers/fill-disk.ts";
import { emptyFolder, smallDisk } from "./helpers/folder.ts";
import { unprintable } from "./helpers/hostile.ts";

const settings = (dir: string, change: Partial<Config["logs"]> = {}): Config["logs"] => ({
  dir,
  level: "info",
  size: 10_000_000,
  frequency: "daily",
  keep: 30,
  ...change,
});

/** The log files, by name. */
const logFiles = async (dir: string) =>
  (await readdir(dir)).filter((name) => name.startsWith("autod.")).toSorted();

/** Every line that is not empty, parsed. */
async function written(dir: string): Promise<Readonly<Record<string, unknown>>[]> {
  const texts = await Promise.all(
    (await logFiles(dir)).map((name) => readFile(join(dir, name), "utf8")),
  );
  return texts
    .flatMap((text) => text.split("\n"))
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test("a line is one JSON object, with its time, its level in a word, and what it was given", async (t) => {
  const dir = await emptyFolder(t);
  {
    await using log = await openLog(settings(dir));
    const child = log.logger.child({ folder: "scans", path: "/inbox/a\nb\u2028\u001b[31m.pdf" });
    child.info(
      { event: "document.claimed", error: loggable(new Error("one\ntwo")) },
      "document claimed",
    );
    log.logger.warn("plain");
  }
  const [name = ""] = await logFiles(dir);
  const text = await readFile(join(dir, name), "utf8");
  t.is(text.split("\n").length, 3);
  t.true(text.endsWith("\n"));
  const [first, second] = await written(dir);
  const { time, ...rest } = first ?? {};
  t.is(new Date(String(time)).toISOString(), String(time));
  t.deepEqual(rest, {
    level: "info",
    folder: "scans",
    path: "/inbox/a\nb\u2028\u001b[31m.pdf",
    event: "document.claimed",
    error: { code: "Error", message: "one\ntwo" },
    msg: "document claimed",
  });
  t.deepEqual(Object.keys(second ?? {}), ["level", "time", "msg"]);
});

test("what can't be seen, or a terminal would obey, is written by its code", async (t) => {
  const dir = await emptyFolder(t);
  const path = "/inbox/\u001b[2J\u009b31m\u202efdp\u200b\ud800.pdf";
  {
    await using log = await openLog(settings(dir));
    log.logger.info({ path }, "document claimed");
  }
  const [name = ""] = await logFiles(dir);
  t.notRegex((await readFile(join(dir, name), "utf8")).trimEnd(), unprintable);
  t.like(await written(dir), [{ path }] as never);
});

test("the files can be read by their owner only, also those that rolling makes", async (t) => {
  const dir = join(await emptyFolder(t), "deep", "log");
  {
    await using log = await openLog(settings(dir, { size: 1_000 }));
    for (let number = 0; number < 30; number += 1) {
      log.logger.info({ number }, "x".repeat(100));
      await tick();
    }
  }
  const names = await logFiles(dir);
  t.true(names.length > 2);
  for (const name of names) t.is((await stat(join(dir, name))).mode & 0o777, 0o600);
  t.deepEqual((await readdir(dir)).toSorted(), names);
});

const isNamed = test.macro(async (t, frequency: Config["logs"]["frequency"], name: RegExp) => {
  const dir = await emptyFolder(t);
  await using log = await openLog(settings(dir, { frequency }));
  log.logger.info("begun");
  t.regex((await logFiles(dir)).join(" "), name);
});

test("a daily log is named after its day", isNamed, "daily", /^autod\.\d{4}-\d\d-\d\d\.1\.log$/);
test(
  "an hourly log is named after its hour",
  isNamed,
  "hourly",
  /^autod\.\d{4}-\d\d-\d\d-\d\d\.1\.log$/,
);

test("no more than so many files are kept", async (t) => {
  const dir = await emptyFolder(t);
  for (const _start of [1, 2, 3]) {
    await using log = await openLog(settings(dir, { size: 1_000, keep: 2 }));
    for (let number = 0; number < 30; number += 1) {
      log.logger.info({ number }, "x".repeat(100));
      // So that what is too much has been removed before more is.
      await sleep(5);
    }
  }
  // The one that is being written comes on top.
  t.true((await logFiles(dir)).length <= 3);
});

test("a restart goes on in the file that there is", async (t) => {
  const dir = await emptyFolder(t);
  for (const start of [1, 2]) {
    await using log = await openLog(settings(dir));
    log.logger.info({ start }, "started");
  }
  t.is((await logFiles(dir)).length, 1);
  t.deepEqual(
    (await written(dir)).map(({ start }) => start),
    [1, 2],
  );
});

const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

const keepsTo = test.macro(
  async (t, level: (typeof levels)[number], expected: readonly string[]) => {
    const dir = await emptyFolder(t);
    const seen: string[] = [];
    {
      await using log = await openLog(settings(dir, { level }), (line) =>
        seen.push(JSON.parse(line).msg),
      );
      const child = log.logger.child({ folder: "scans" });
      for (const one of levels) child[one]({ event: "document.claimed" }, one);
      child.info({ event: "call.billed", seq: 1 }, "billed");
      child.warn({ event: "call.unknown", seq: 2 }, "unknown");
      log.logger.info({ event: "call.billed", seq: 3 }, "billed");
      log.logger.info({ note: "call.billed" }, "no bill");
      log.logger.info("call.billed");
    }
    const money = ["billed", "unknown", "billed"];
    t.deepEqual(
      (await written(dir)).map(({ msg }) => msg),
      [...expected, ...money, ...(expected.includes("info") ? ["no bill", "call.billed"] : [])],
    );
    t.true(seen.includes("info"), "eyes are shown more than errors at any level");
  },
);

test("at level trace all is written", keepsTo, "trace", levels);
test("at level info what is less isn't written", keepsTo, "info", levels.slice(2));
test("at level warn bills are written all the same", keepsTo, "warn", levels.slice(3));
test("at level error bills are written all the same", keepsTo, "error", levels.slice(4));
test("at level fatal bills are written all the same", keepsTo, "fatal", levels.slice(5));

test("eyes are shown the very lines that are written", async (t) => {
  const dir = await emptyFolder(t);
  const seen: string[] = [];
  {
    await using log = await openLog(settings(dir), (line) => seen.push(line));
    log.logger.info({ event: "document.claimed" }, "one");
    log.logger.error("two");
    log.logger.debug("three");
  }
  const [name = ""] = await logFiles(dir);
  t.is(seen.join(""), await readFile(join(dir, name), "utf8"));
});

test("whatever ends the process, no line is lost", async (t) => {
  const dir = await emptyFolder(t);
  const path = join(import.meta.dirname, "fixtures", "logger.ts");
  const child = spawn(process.execPath, [path, dir], { stdio: "inherit" });
  const [, signal] = await once(child, "close");
  t.is(signal, "SIGKILL");
  const numbers = (await written(dir)).map(({ number }) => number);
  t.deepEqual(
    numbers,
    Array.from({ length: 1_000 }, (_, number) => number + 1),
  );
});

test("a full disk never stops who logs, and the lines are written once there is room", async (t) => {
  const dir = await smallDisk(t, 64);
  if (dir === null) return;
  {
    await using log = await openLog(settings(dir));
    log.logger.info({ number: 0 }, "before");
    const makeRoom = await fillDisk(dir);
    t.notThrows(() => {
      for (let number = 1; number <= 100; number += 1) {
        log.logger.info({ event: "call.billed", number }, "x".repeat(100));
      }
    });
    await tick();
    await makeRoom();
    log.logger.info({ number: 101 }, "after");
  }
  const numbers = (await written(dir)).map(({ number }) => number);
  t.deepEqual(
    numbers,
    Array.from({ length: 102 }, (_, number) => number),
  );
});

test("a log on a disk that stays full can be closed", async (t) => {
  const dir = await smallDisk(t, 64);
  if (dir === null) return;
  const log = await openLog(settings(dir, { size: 1_000 }));
  await fillDisk(dir);
  for (let number = 0; number < 100; number += 1) log.logger.info("x".repeat(100));
  await t.notThrowsAsync(Promise.resolve(log[Symbol.asyncDispose]()));
});

test("a line that comes after the end is dropped", async (t) => {
  const dir = await emptyFolder(t);
  const log = await openLog(settings(dir));
  log.logger.info("before");
  await log[Symbol.asyncDispose]();
  t.notThrows(() => log.logger.info("after"));
  t.deepEqual(
    (await written(dir)).map(({ msg }) => msg),
    ["before"],
  );
});

test("a log can be closed twice", async (t) => {
  const log = await openLog(settings(await emptyFolder(t)));
  await log[Symbol.asyncDispose]();
  await t.notThrowsAsync(Promise.resolve(log[Symbol.asyncDispose]()));
});

const isLogged = test.macro((t, error: unknown, code: string, message: string) => {
  t.deepEqual(loggable(error), { code, message });
});

const withSecret = new AutodError("KEY_REJECTED", "no", { cause: new Error("sk-secret") });
const system = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC" });

test(
  "an error of ours is logged by its code, without its cause",
  isLogged,
  withSecret,
  "KEY_REJECTED",
  "no",
);
test("a system's error is logged by its code", isLogged, system, "ENOSPC", "ENOSPC: no space");
test("another error is logged by its name", isLogged, new TypeError("what"), "TypeError", "what");
test("what is thrown and no error is logged too", isLogged, "what", "UNKNOWN", "what");
test("nothing that is thrown is logged too", isLogged, undefined, "UNKNOWN", "undefined");
