import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "ava";
import { forgetDocument } from "../../src/intake/forget.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { readRecords } from "../../src/store/store.ts";
import { makeHome } from "../helpers/home.ts";
import { rootsOf } from "../helpers/roots.ts";
import { openedStore } from "../helpers/opened-store.ts";
import { seededRecord, seededWork, seedStore } from "../helpers/seeded-store.ts";

const noTwins = () => [];

/** What forgetting such a document does, whose file stands at `place` below a folder. */
const forgetting = test.macro({
  exec: async (
    t,
    change: (path: string) => Partial<DocumentRecord>,
    expected: { verdict: "forgotten" | "refused"; said: RegExp; yes?: boolean },
  ) => {
    await using home = await makeHome();
    const { folder } = home;
    const path = join(folder, "place", "a.pdf");
    await mkdir(dirname(path));
    await writeFile(path, "%PDF-");
    const record = seededRecord(1, change(path));
    await seedStore(folder, [record]);
    const store = await openedStore(t, folder);
    const told = await forgetDocument(record, store, rootsOf(home), noTwins, expected.yes ?? false);
    t.like(told, { id: record.id, verdict: expected.verdict, path });
    t.regex(told.message, expected.said);
    const left = expected.verdict === "forgotten" ? [] : [record];
    t.deepEqual(await readRecords(folder), left);
    t.is([...store.calls()].length, 1);
  },
  title: (name = "") => name,
});

const waiting = {
  reason: "account",
  retryAt: null,
  since: "2026-01-01T00:00:00.000Z",
  parked: null,
} as const;
const parkedAt = (path: string) => ({ ...waiting, parked: { path, ino: 1, size: 5, mtimeMs: 1 } });
const workAt = (staged: string, step: "ask" | "answered" | "claimed") =>
  ({ filedAs: null, work: seededWork(staged, step) }) as const;

test(
  "an archived document is forgotten, and its PDF stays",
  forgetting,
  (filedAs) => ({ filedAs }),
  {
    verdict: "forgotten",
    said: /^is forgotten; its PDF stays at .*a\.pdf$/,
  },
);

test(
  "one that waits in the inbox is taken as a new one afterwards",
  forgetting,
  (path) => ({ status: "waiting", extraction: null, filedAs: null, waiting: parkedAt(path) }),
  { verdict: "forgotten", said: /where autod run takes it as a new document$/ },
);

test(
  "one in work is kept",
  forgetting,
  (path) => ({ status: "processing", ...workAt(path, "claimed") }),
  { verdict: "refused", said: /is in work/, yes: true },
);

test(
  "one whose ask is not booked yet is kept, whatever may be lost",
  forgetting,
  (path) => ({ status: "waiting", waiting, extraction: null, ...workAt(path, "ask") }),
  { verdict: "refused", said: /is in work/, yes: true },
);

const deleting = (filedAs: string) => ({
  filedAs,
  work: seededWork("", "delete", { stored: ["resp_1"] }),
});

test("one is kept of which the server still keeps something", forgetting, deleting, {
  verdict: "refused",
  said: /still to be deleted at the server/,
});

test("what the server keeps may be forgotten too", forgetting, deleting, {
  verdict: "forgotten",
  said: /is forgotten/,
  yes: true,
});

test(
  "one whose answer is still to be fetched is kept, whatever may be lost",
  forgetting,
  (path) => ({
    status: "waiting",
    waiting,
    extraction: null,
    filedAs: null,
    work: seededWork(path, "ask", { responseId: "resp_1" }),
  }),
  { verdict: "refused", said: /is in work/, yes: true },
);

test(
  "one that waits in staging with an answer is kept",
  forgetting,
  (path) => ({ status: "waiting", waiting, ...workAt(path, "answered") }),
  { verdict: "refused", said: /an answer that was paid for/ },
);

test(
  "one that waits in staging with an answer is forgotten where that may be lost",
  forgetting,
  (path) => ({ status: "waiting", waiting, ...workAt(path, "answered") }),
  { verdict: "forgotten", said: /its PDF stays at/, yes: true },
);

test(
  "one that was undone is kept for its answer",
  forgetting,
  (path) => ({ status: "undone", filedAs: null, waiting: parkedAt(path) }),
  { verdict: "refused", said: /an answer that was paid for/ },
);

for (const name of ["gone.pdf", `${"longer than here any can be ".repeat(20)}gone.pdf`]) {
  test(`a PDF that is gone is said to be (a name of ${name.length})`, async (t) => {
    await using home = await makeHome();
    const { folder } = home;
    const record = seededRecord(1, { filedAs: join(folder, name) });
    await seedStore(folder, [record]);
    const told = await forgetDocument(
      record,
      await openedStore(t, folder),
      rootsOf(home),
      noTwins,
      false,
    );
    t.like(told, { verdict: "forgotten", path: null });
    t.regex(told.message, /no longer at .*gone\.pdf$/);
  });
}

test("a PDF in a folder that is away is not said to be gone", async (t) => {
  await using home = await makeHome();
  const record = seededRecord(1, { filedAs: join(home.archive, "a.pdf") });
  await seedStore(home.folder, [record]);
  await rename(home.archive, `${home.archive}.away`);
  const told = await forgetDocument(
    record,
    await openedStore(t, home.folder),
    rootsOf(home),
    noTwins,
    false,
  );
  t.like(told, { verdict: "forgotten", path: record.filedAs });
  t.regex(told.message, /its PDF is left at .*a\.pdf, but .*Archive doesn't exist$/);
});
