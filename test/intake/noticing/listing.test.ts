import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { listFolder } from "../../../src/intake/noticing/listing.ts";
import { openSieve } from "../../../src/intake/sieve.ts";
import type { Folder } from "../../../src/document.ts";
import { captureLogs } from "../../helpers/capture-logs.ts";
import { type Home, makeHome } from "../../helpers/home.ts";

const later = Number.POSITIVE_INFINITY;

function sieveOf(held: ReadonlySet<string> = new Set()) {
  const logs = captureLogs();
  const holds = (path: string) => Promise.resolve(held.has(path));
  const sieve = openSieve({ parking: { holds, isUndone: () => false }, log: logs.logger });
  return { logs, sieve };
}

const folderOf = ({ config }: Home) => config.folders[0] as Folder;

test("of what lies there the oldest comes first, by when it came and not by what copies keep", async (t) => {
  await using home = await makeHome();
  const names = Array.from({ length: 30 }, (_, number) => `${(number * 7) % 30}.pdf`);
  for (const name of names) await home.drop(name, name);
  const { sieve } = sieveOf();
  const intake = { list: sieve.list, isOffered: () => false };
  const { found, oldest, newest } = await listFolder(folderOf(home), intake, {
    again: true,
    until: later,
  });
  t.is(found, 30);
  const arrivals = oldest.map(({ arrived }) => arrived);
  t.deepEqual(
    arrivals,
    arrivals.toSorted((one, other) => one - other),
  );
  t.is(newest, arrivals.at(-1) ?? 0);
  const half = await listFolder(folderOf(home), intake, { again: true, until: arrivals[14] ?? 0 });
  t.true(half.found >= 15 && half.found < 30, "what came later is left for the next time");
});

test("what waits, is offered already, or was left as it is, is not found again", async (t) => {
  await using home = await makeHome();
  for (const name of ["waits.pdf", "offered.pdf", "linked.pdf", "new.pdf"]) {
    await home.drop(name, name);
  }
  const { sieve, logs } = sieveOf(new Set([join(home.inbox, "waits.pdf")]));
  const intake = {
    list: sieve.list,
    isOffered: ({ relative }: { readonly relative: string }) => relative === "offered.pdf",
  };
  const names = async (again: boolean) => {
    const { oldest } = await listFolder(folderOf(home), intake, { again, until: later });
    return oldest.map(({ spot }) => spot.relative).toSorted();
  };
  t.deepEqual(await names(false), ["linked.pdf", "new.pdf"]);
  const { oldest } = await listFolder(folderOf(home), intake, { again: true, until: later });
  const linked = oldest.find(({ spot }) => spot.relative === "linked.pdf");
  if (linked) sieve.refuse(folderOf(home), linked, "HARD_LINKED");
  t.deepEqual(await names(false), ["new.pdf"]);
  t.deepEqual(await names(true), ["linked.pdf", "new.pdf"], "now and then it gets another chance");
  await writeFile(join(home.inbox, "linked.pdf"), "other bytes");
  t.deepEqual(await names(false), ["linked.pdf", "new.pdf"], "it changed");
  t.deepEqual(sieve.counts(), { ignored: 1, failed: 0, waiting: 1 });
  t.deepEqual(logs.events(), ["file.ignored"]);
});

test("a size without content waits for its content, and is told of once", async (t) => {
  await using home = await makeHome();
  const placeholder = await home.drop("cloud.pdf", "");
  await truncate(placeholder, 100_000);
  await home.drop(".autod/folder.json", JSON.stringify({ instance: "x", host: "y" }));
  const { sieve, logs } = sieveOf();
  const intake = { list: sieve.list, isOffered: () => false };
  const rules = { again: true, until: later };
  t.is((await listFolder(folderOf(home), intake, rules)).found, 0);
  t.is((await listFolder(folderOf(home), intake, rules)).found, 0);
  t.like(logs.lines(), [
    { event: "file.ignored", path: placeholder, error: { code: "NOT_DOWNLOADED" } },
  ]);
  await writeFile(placeholder, "%PDF- its content %%EOF");
  t.is((await listFolder(folderOf(home), intake, rules)).found, 1);
});
