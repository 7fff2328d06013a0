import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { type Occupant, occupy, otherIn, vacate } from "../../src/intake/occupy.ts";
import { makeHome } from "../helpers/home.ts";
import { mounted } from "../helpers/odd-files.ts";

const start = Date.parse("2026-01-15T12:00:00.000Z");
const minutes = (count: number) => () => start + count * 60_000;

const fileOf = (inbox: string) => join(inbox, ".autod", "folder.json");
const read = async (inbox: string) => JSON.parse(await readFile(fileOf(inbox), "utf8")) as Occupant;

async function write(inbox: string, text: string, changedAt = start): Promise<void> {
  await mkdir(dirname(fileOf(inbox)), { recursive: true });
  await writeFile(fileOf(inbox), text);
  await utimes(fileOf(inbox), changedAt / 1000, changedAt / 1000);
}

test("a free inbox is taken, and says by whom", async (t) => {
  await using home = await makeHome();
  t.is(await occupy(home.inbox, "one", minutes(0)), null);
  t.deepEqual(await read(home.inbox), {
    instance: "one",
    host: hostname(),
    refreshedAt: "2026-01-15T12:00:00.000Z",
  });
  t.is((await stat(fileOf(home.inbox))).mode & 0o777, 0o600);
  t.is((await stat(dirname(fileOf(home.inbox)))).mode & 0o777, 0o700);
  t.deepEqual(await readdir(dirname(fileOf(home.inbox))), ["folder.json"]);
});

test("who has an inbox takes it again and again", async (t) => {
  await using home = await makeHome();
  t.is(await occupy(home.inbox, "one", minutes(0)), null);
  t.is(await occupy(home.inbox, "one", minutes(5)), null);
  t.is((await read(home.inbox)).refreshedAt, "2026-01-15T12:05:00.000Z");
  t.deepEqual(await readdir(dirname(fileOf(home.inbox))), ["folder.json"]);
});

test("another is told who has it, until nothing was heard of that one for 15 minutes", async (t) => {
  await using home = await makeHome();
  await occupy(home.inbox, "one", minutes(0));
  const one = await read(home.inbox);
  t.deepEqual(await occupy(home.inbox, "two", minutes(14)), one);
  t.deepEqual(await read(home.inbox), one, "and leaves it as it is");
  t.is(await occupy(home.inbox, "two", minutes(15)), null);
  t.like(await occupy(home.inbox, "one", minutes(16)), { instance: "two" });
});

test("the same instance on another host is another", async (t) => {
  await using home = await makeHome();
  const elsewhere = { instance: "one", host: "elsewhere", refreshedAt: "2026-01-15T12:00:00.000Z" };
  await write(home.inbox, JSON.stringify(elsewhere));
  t.deepEqual(await occupy(home.inbox, "one", minutes(1)), elsewhere);
});

test("a clock that is 15 minutes ahead doesn't hold an inbox for ever", async (t) => {
  await using home = await makeHome();
  await occupy(home.inbox, "one", minutes(15));
  t.is(await occupy(home.inbox, "two", minutes(0)), null);
  await occupy(home.inbox, "two", minutes(14));
  t.like(await occupy(home.inbox, "one", minutes(0)), { instance: "two" });
});

for (const [what, text] of [
  ["an empty file", ""],
  ["half a file", '{"instance":"one","ho'],
  ["a file that says something else", '{"instance":1}'],
  ["a file without a time", '{"instance":"one","host":"here","refreshedAt":"yesterday"}'],
] as const) {
  test(`${what} counts as somebody, for 15 minutes from its last change on`, async (t) => {
    await using home = await makeHome();
    await write(home.inbox, text);
    t.deepEqual(await occupy(home.inbox, "one", minutes(14)), {
      instance: "unknown",
      host: "unknown",
      refreshedAt: "2026-01-15T12:00:00.000Z",
    });
    t.is(await readFile(fileOf(home.inbox), "utf8"), text);
    t.is(await occupy(home.inbox, "one", minutes(15)), null);
    t.is((await read(home.inbox)).instance, "one");
  });
}

test("a link in its place is never followed", async (t) => {
  await using home = await makeHome();
  const target = join(home.folder, "target.json");
  const ours = JSON.stringify({
    instance: "one",
    host: hostname(),
    refreshedAt: new Date().toISOString(),
  });
  await writeFile(target, ours);
  await mkdir(dirname(fileOf(home.inbox)));
  await symlink(target, fileOf(home.inbox));
  t.like(await occupy(home.inbox, "one"), { instance: "unknown" });
  t.is(await occupy(home.inbox, "one", () => Date.now() + 16 * 60_000), null);
  t.is(await readFile(target, "utf8"), ours);
  t.is((await read(home.inbox)).instance, "one");
});

test("a folder in its place is somebody's, and then an error", async (t) => {
  await using home = await makeHome();
  await mkdir(fileOf(home.inbox), { recursive: true });
  t.like(await occupy(home.inbox, "one"), { instance: "unknown" });
  const later = occupy(home.inbox, "one", () => Date.now() + 16 * 60_000);
  await t.throwsAsync(later, { code: "EISDIR" });
  t.deepEqual(await readdir(dirname(fileOf(home.inbox))), ["folder.json"]);
});

test("a pipe in its place holds nothing up", async (t) => {
  await using home = await makeHome();
  await mkdir(dirname(fileOf(home.inbox)));
  await promisify(execFile)("mkfifo", [fileOf(home.inbox)]);
  t.like(await occupy(home.inbox, "one"), { instance: "unknown" });
});

test("of many who want a free inbox at once, one gets it and the others are told who", async (t) => {
  await using home = await makeHome();
  const all = Array.from({ length: 12 }, (_, number) => `instance ${number}`);
  const told = await Promise.all(all.map((instance) => occupy(home.inbox, instance)));
  const { instance } = await read(home.inbox);
  t.deepEqual(
    all.filter((_, index) => told[index] === null),
    [instance],
  );
  t.true(told.every((one) => one === null || [instance, "unknown"].includes(one.instance)));
  t.deepEqual(await readdir(dirname(fileOf(home.inbox))), ["folder.json"]);
});

test("of many who want one that was given up, one has it once they refresh it", async (t) => {
  await using home = await makeHome();
  await occupy(home.inbox, "gone", minutes(0));
  const all = Array.from({ length: 12 }, (_, number) => `instance ${number}`);
  const first = await Promise.all(all.map((one) => occupy(home.inbox, one, minutes(20))));
  t.true(first.includes(null));
  const then = await Promise.all(all.map((one) => occupy(home.inbox, one, minutes(21))));
  t.is(then.filter((one) => one === null).length, 1);
});

test("an inbox that is given back is free at once", async (t) => {
  await using home = await makeHome();
  await occupy(home.inbox, "one");
  await vacate(home.inbox, "one");
  t.is(await occupy(home.inbox, "two"), null);
});

test("only who has an inbox gives it back", async (t) => {
  await using home = await makeHome();
  await vacate(home.inbox, "one");
  await occupy(home.inbox, "one");
  await vacate(home.inbox, "two");
  t.like(await occupy(home.inbox, "two"), { instance: "one" });
});

test("an inbox that is missing is an error, and isn't made", async (t) => {
  await using home = await makeHome();
  await rm(home.inbox, { recursive: true });
  await t.throwsAsync(occupy(home.inbox, "one"), { code: "ENOENT" });
  await t.throwsAsync(stat(home.inbox), { code: "ENOENT" });
  await t.notThrowsAsync(vacate(home.inbox, "one"));
});

test("a full disk is an error, and leaves nothing half written", async (t) => {
  await using home = await makeHome();
  await mkdir(join(home.inbox, ".autod"));
  await using disk = await mounted(t, join(home.inbox, ".autod"), "nr_inodes=1");
  if (!disk) return;
  await t.throwsAsync(occupy(home.inbox, "one"), { code: "ENOSPC" });
  t.deepEqual(await readdir(join(home.inbox, ".autod")), []);
});

test("who looks from outside is told of another for 15 minutes after that was last heard of", async (t) => {
  await using home = await makeHome();
  const after = (count: number, instance: string | undefined = "us") =>
    otherIn(home.inbox, instance, minutes(count)());
  t.is(await after(0), null, "nobody has it");
  await occupy(home.inbox, "them", () => start);
  t.like(await after(14), { instance: "them", host: hostname() });
  t.is(await after(16), null);
  t.is(await after(0, "them"), null, "it is this one's own");
  t.like(await after(0, undefined), { instance: "them" }, "who never worked has no name");
});
