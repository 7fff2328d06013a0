import { appendFile, open, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { settled, traits } from "../../src/intake/settle.ts";
import { makeHome } from "../helpers/home.ts";
import { bytesBelow, takesAnyBytes } from "../helpers/odd-files.ts";
import { invoice } from "../helpers/pdf.ts";

const never = new AbortController().signal;
/** Who waits for as long as the test takes, if it must. */
const endless = 3_600_000;

test("a file that is written to is waited for, whatever its times say of its age", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  let rest = false;
  const waiting = settled(path, { settle: 150, patience: endless }, never).then(() => rest);
  for (let round = 0; round < 6; round += 1) {
    await setTimeout(60);
    await appendFile(path, "\n%%EOF");
    // As "cp -p" does, and a clock that is wrong.
    const time = round % 2 === 0 ? 0 : new Date("2099-01-01");
    await utimes(path, time, time);
  }
  rest = true;
  t.true(await waiting);
});

test("a complete file is not waited for beyond its rest, however far ahead its time is", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", await invoice("RE-1"));
  await utimes(path, new Date("2099-01-01"), new Date("2099-01-01"));
  const rest = await settled(path, { settle: 20, patience: endless }, never);
  t.not(rest, null);
  t.is(rest, await traits(path));
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
  let last = false;
  const waiting = settled(path, { settle: 20, patience: 400 }, never).then((rest) => [rest, last]);
  for (let round = 0; round < 6; round += 1) {
    await setTimeout(100);
    await appendFile(path, String(round));
  }
  last = true;
  t.deepEqual(await waiting, [await traits(path), true]);
});

test("an empty file is taken when patience is over", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "");
  t.is(await settled(path, { settle: 20, patience: 100 }, never), await traits(path));
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
  let replaced = false;
  const waiting = settled(path, { settle: 200, patience: endless }, never).then(() => replaced);
  await setTimeout(120);
  const beside = join(home.folder, "two.pdf");
  await writeFile(beside, "%PDF-two%%EOF");
  await utimes(beside, 1, 1);
  await rename(beside, path);
  await setTimeout(120);
  replaced = true;
  t.true(await waiting);
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
  t.is(await settled(path, { settle: 20, patience: endless }, never), await traits(path));
});
