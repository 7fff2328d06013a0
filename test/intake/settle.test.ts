import { appendFile, open, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { settled, traits } from "../../src/intake/settle.ts";
import { replaceCall } from "../filing/failing.ts";
import { makeHome } from "../helpers/home.ts";
import { bytesBelow, takesAnyBytes } from "../helpers/odd-files.ts";
import { invoice } from "../helpers/pdf.ts";

const never = new AbortController().signal;
/** Who waits for as long as the test takes, if it must. */
const endless = 3_600_000;

test("a file that is written to is waited for, whatever its times say of its age", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  let changed = performance.now();
  const quiet = settled(path, { settle: 150, patience: endless }, never).then(
    () => performance.now() - changed,
  );
  for (let round = 0; round < 6; round += 1) {
    await setTimeout(60);
    await appendFile(path, "\n%%EOF");
    // As "cp -p" does, and a clock that is wrong.
    const time = round % 2 === 0 ? 0 : new Date("2099-01-01");
    await utimes(path, time, time);
    changed = performance.now();
  }
  t.true((await quiet) >= 149);
});

test("a complete file is not waited for beyond its rest, however far ahead its time is", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  await utimes(path, new Date("2099-01-01"), new Date("2099-01-01"));
  const rest = await settled(path, { settle: 20, patience: endless }, never);
  t.is(rest?.traits, (await traits(path)) ?? "");
});

test.serial("a file that rests is looked at less and less often", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  const looks: number[] = [];
  replaceCall(t, "lstat", async (original, ...given: [string]) => {
    if (given[0] === path) looks.push(performance.now());
    return await (original as (...all: unknown[]) => Promise<unknown>)(...given);
  });
  await settled(path, { settle: 800, patience: endless }, never);
  // After 0, 50, 150, 350 and 800 ms; fewer where the machine is busy, one more where the last timer was early.
  t.true(looks.length >= 3 && looks.length <= 6, looks.join(" "));
});

test("a file that looks incomplete is waited for until it is complete", async (t) => {
  await using home = await makeHome();
  const whole = await invoice("RE-1");
  const path = await home.drop("scan.pdf", whole.subarray(0, -600));
  let complete = false;
  const waiting = settled(path, { settle: 20, patience: endless }, never).then(() => complete);
  await setTimeout(200);
  complete = true;
  await appendFile(path, whole.subarray(-600));
  t.true(await waiting);
});

test("room that was set aside is waited for until it is filled, though its size never changes", async (t) => {
  await using home = await makeHome();
  const whole = await invoice("RE-1");
  const path = await home.drop("scan.pdf", Buffer.alloc(whole.length));
  let complete = false;
  const waiting = settled(path, { settle: 20, patience: endless }, never).then(() => complete);
  await setTimeout(200);
  complete = true;
  await using handle = await open(path, "r+");
  await handle.write(whole, 0, whole.length, 0);
  t.true(await waiting);
});

test("patience is counted from the last change, and then the file is taken as it is", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "half a letter");
  let changed = performance.now();
  const quiet = settled(path, { settle: 20, patience: 400 }, never).then(
    () => performance.now() - changed,
  );
  for (let round = 0; round < 6; round += 1) {
    await setTimeout(100);
    await appendFile(path, String(round));
    changed = performance.now();
  }
  t.true((await quiet) >= 399);
});

test("what made pauses while it was written is waited for twice as long as the longest", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  let changed = performance.now();
  const told: number[] = [];
  const tell = (left: number) => told.push(left);
  const waiting = settled(path, { settle: 700, patience: 60_000 }, never, { tell });
  const quiet = waiting.then(() => performance.now() - changed);
  for (let page = 1; page < 4; page += 1) {
    await setTimeout(600);
    // Each page leaves a complete file.
    await writeFile(path, await invoice(`RE-${page}`));
    changed = performance.now();
  }
  const { longest } = (await waiting) ?? {};
  if ((longest ?? 0) < 400) t.log("the machine was too busy to make pauses");
  t.true((await quiet) >= Math.max(699, 2 * (longest ?? 0) - 1));
  t.true(told.some((left) => left > 700));
});

test("where others made pauses a file is waited for from the first, and never beyond patience", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  const quietAfter = async (pause: number) => {
    const began = performance.now();
    const rest = await settled(path, { settle: 20, patience: 400 }, never, { pause: () => pause });
    return [performance.now() - began, rest?.longest];
  };
  const [short = 0, none] = await quietAfter(100);
  t.true(short >= 199);
  t.is(none, 0);
  const [long = 0] = await quietAfter(3_600_000);
  t.true(long >= 399);
});

test("what was seen before, and is as it was, is at rest at once", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  const seen = { traits: (await traits(path)) ?? "", since: performance.now() - 70_000 };
  const waits = { settle: 60_000, patience: endless };
  t.deepEqual(await settled(path, waits, never, { seen }), { ...seen, longest: 0 });

  await writeFile(path, await invoice("RE-2"));
  const changed = performance.now();
  const rest = await settled(path, { settle: 100, patience: 10_000 }, never, { seen });
  t.true(performance.now() - changed >= 99);
  t.is(rest?.longest, 0, "another file took its place meanwhile, which is no pause");
});

test("an empty file is taken when patience is over", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "");
  const rest = await settled(path, { settle: 20, patience: 100 }, never);
  t.is(rest?.traits, (await traits(path)) ?? "");
});

test("a file that goes away meanwhile is not waited for", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "0");
  const waiting = settled(path, { settle: 50, patience: endless }, never);
  await rm(path);
  t.is(await waiting, null);
  t.is(await settled(path, { settle: 50, patience: endless }, never), null);
  t.is(await settled(join(path, "below.pdf"), { settle: 50, patience: endless }, never), null);
});

test("a file that is replaced by one of the same size and time begins anew", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "%PDF-one%%EOF");
  await utimes(path, 1, 1);
  const beside = join(home.folder, "two.pdf");
  await writeFile(beside, "%PDF-two%%EOF");
  await utimes(beside, 1, 1);
  let changed = performance.now();
  const quiet = settled(path, { settle: 200, patience: endless }, never).then(
    () => performance.now() - changed,
  );
  await setTimeout(120);
  changed = performance.now();
  await rename(beside, path);
  t.true((await quiet) >= 199);
});

test("waiting ends when autod stops", async (t) => {
  await using home = await makeHome();
  const stopping = new AbortController();
  const path = await home.drop("scan.pdf", "0");
  const quiet = settled(path, { settle: 60_000, patience: endless }, stopping.signal);
  const patient = settled(path, { settle: 1, patience: endless }, stopping.signal);
  stopping.abort();
  await t.throwsAsync(quiet, { name: "AbortError" });
  await t.throwsAsync(patient, { name: "AbortError" });
});

test("a file whose name is no UTF-8 comes to rest like any other", async (t) => {
  await using home = await makeHome();
  if (!(await takesAnyBytes(t, home.inbox))) return;
  const path = bytesBelow(home.inbox, "caf\xe9.pdf");
  await writeFile(path, await invoice("RE-1"));
  const rest = await settled(path, { settle: 20, patience: endless }, never);
  t.is(rest?.traits, (await traits(path)) ?? "");
});
