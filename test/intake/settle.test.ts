import { appendFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { listInbox } from "../../src/intake/list.ts";
import { settled } from "../../src/intake/settle.ts";
import { makeHome } from "../helpers/home.ts";

const never = new AbortController().signal;

test("a file that is written to is waited for, however old it says it is", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "0");
  let rest = false;
  const waiting = settled(path, 150, never).then((result) => [result, rest]);
  for (let round = 0; round < 6; round += 1) {
    await setTimeout(60);
    await appendFile(path, String(round));
    // As "cp -p" does.
    await utimes(path, 0, 0);
  }
  rest = true;
  t.deepEqual(await waiting, [true, true]);
});

test("a file that goes away meanwhile is not waited for", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "0");
  const waiting = settled(path, 50, never);
  await rm(path);
  t.false(await waiting);
  t.false(await settled(path, 50, never));
});

test("a file that is replaced by one of the same size begins anew", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "one");
  let replaced = false;
  const waiting = settled(path, 200, never).then(() => replaced);
  await setTimeout(120);
  await rm(path);
  await writeFile(path, "two");
  await setTimeout(120);
  replaced = true;
  t.true(await waiting);
});

test("waiting ends when autod stops", async (t) => {
  await using home = await makeHome();
  const stopping = new AbortController();
  const waiting = settled(await home.drop("scan.pdf", "0"), 60_000, stopping.signal);
  stopping.abort();
  await t.throwsAsync(waiting, { name: "AbortError" });
});

test("an inbox is listed with its sub-folders, without hidden ones and without following links", async (t) => {
  await using home = await makeHome();
  for (const name of ["a.pdf", "sub/b.pdf", "sub/deep/c.txt", ".autod/staging/d.pdf"]) {
    await home.drop(name, name);
  }
  await symlink(home.folder, join(home.inbox, "loop"));
  const found = [];
  for await (const relative of listInbox(home.inbox)) found.push(relative);
  t.deepEqual(found.toSorted(), ["a.pdf", "loop", "sub/b.pdf", "sub/deep/c.txt"]);
});

test("a missing inbox is an error, a sub-folder that is gone is not", async (t) => {
  await using home = await makeHome();
  const list = async (inbox: string, below?: string) => {
    const found = [];
    for await (const relative of listInbox(inbox, below)) found.push(relative);
    return found;
  };
  await t.throwsAsync(list(join(home.folder, "nowhere")), { code: "ENOENT" });
  t.deepEqual(await list(home.inbox, "gone"), []);
});
