import { rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { type Addition, became } from "../../src/intake/addition.ts";
import { follow } from "../../src/intake/follow.ts";
import { prepareProfiles } from "../../src/openai/profile.ts";
import { lockStore } from "../../src/store/lock.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { hash } from "../filing/rooms.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { rootsOf } from "../helpers/roots.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { until } from "../helpers/watching.ts";
import { failed, waitingRecord } from "./waiting.ts";

const pdf = "%PDF-1.4 and so on %%EOF";

/** A copy that lies in the inbox, and the record of a document with its bytes. */
async function copied(home: Home, name: string) {
  const bytes = `${pdf}${name}`;
  const copiedTo = await home.drop(name, bytes);
  const sha256 = hash(bytes);
  const named = { path: join(home.folder, name), name };
  const identity = { sha256, id: sha256.slice(0, 12), bytes: bytes.length };
  return { copy: became(named, "copied", { sha256, copiedTo }), identity };
}

/** What is told of these copies, as it is told, and when that ends. */
function following(home: Home, copies: readonly Addition[], earlier: readonly DocumentRecord[]) {
  const { dataDir, profiles } = home.config;
  const told: Addition[] = [];
  const stopping = new AbortController();
  const outlook = {
    dataDir,
    roots: rootsOf(home),
    profiles: prepareProfiles(profiles),
    allowance: () => () => null,
    instance: undefined,
    earlier: new Map(earlier.map((record) => [record.sha256, record])),
  };
  const ended = follow(copies, outlook, (one) => void told.push(one), stopping.signal);
  return { told, ended, stop: () => stopping.abort() };
}

test("each outcome is told when it is there, and what is in work is waited for", async (t) => {
  await using home = await makeHome();
  const { dataDir } = home.config;
  const [a, b, c] = [
    await copied(home, "a.pdf"),
    await copied(home, "b.pdf"),
    await copied(home, "c.pdf"),
  ];
  const filed = seededRecord(1, a.identity);
  const inWork = seededRecord(2, { ...b.identity, status: "processing", filedAs: null });
  const waits = waitingRecord(3, "KEY_REJECTED", {}, c.identity);
  await seedStore(dataDir, [filed, inWork]);
  using _held = lockStore(dataDir);
  const { told, ended } = following(home, [a.copy, b.copy, c.copy], []);
  await until(() => told.length === 1);
  t.like(told[0], { name: "a.pdf", verdict: "filed", record: { id: filed.id } });
  const failure = { status: "quarantined", error: failed("PDF_PASSWORD") } as const;
  await seedStore(dataDir, [filed, { ...inWork, ...failure }, waits]);
  await ended;
  t.like(told[1], { name: "b.pdf", verdict: "quarantined", code: "PDF_PASSWORD" });
  t.like(told[2], { name: "c.pdf", verdict: "waiting", code: "KEY_REJECTED" });
  t.is(told.length, 3);
});

test("what a record said before is no outcome", async (t) => {
  await using home = await makeHome();
  const { dataDir } = home.config;
  const { copy, identity } = await copied(home, "a.pdf");
  const before = seededRecord(1, { ...identity, filedAs: join(home.archive, "gone.pdf") });
  const other = await copied(home, "b.pdf");
  await seedStore(dataDir, [before, seededRecord(2, other.identity)]);
  using _held = lockStore(dataDir);
  const { told, ended } = following(home, [copy, other.copy], [before]);
  await until(() => told.length === 1);
  t.is(told[0]?.name, "b.pdf");
  const filedAs = join(home.archive, "again.pdf");
  await seedStore(dataDir, [{ ...before, filedAs, updatedAt: "2026-11-22T00:00:00.000Z" }]);
  await ended;
  t.like(told[1], { name: "a.pdf", verdict: "filed", record: { filedAs } });
});

test("what isn't taken because its folder is offline waits", async (t) => {
  await using home = await makeHome();
  const { copy } = await copied(home, "a.pdf");
  await rm(home.archive, { recursive: true });
  await seedStore(home.config.dataDir, []);
  using _held = lockStore(home.config.dataDir);
  const { told, ended } = following(home, [copy], []);
  await ended;
  t.like(told[0], { verdict: "waiting", code: "FOLDER_MISSING", record: null });
});

test("a copy that is taken out of the inbox is given up", async (t) => {
  await using home = await makeHome();
  const { copy } = await copied(home, "a.pdf");
  await rm(copy.copiedTo ?? "");
  await seedStore(home.config.dataDir, []);
  using _held = lockStore(home.config.dataDir);
  const { told, ended } = following(home, [copy], []);
  await ended;
  t.like(told[0], { verdict: "refused", code: "FILE_MISSING" });
});

test("nothing is told when autod isn't running, or when it is stopped", async (t) => {
  await using home = await makeHome();
  const { copy } = await copied(home, "a.pdf");
  await seedStore(home.config.dataDir, []);
  const alone = following(home, [copy], []);
  await alone.ended;
  t.deepEqual(alone.told, []);
  using _held = lockStore(home.config.dataDir);
  const stopped = following(home, [copy], []);
  stopped.stop();
  await stopped.ended;
  t.deepEqual(stopped.told, []);
});
