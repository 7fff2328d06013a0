import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { catalogueOf, openCatalogue } from "../../src/catalogue/catalogue.ts";
import type { Extraction } from "../../src/extraction.ts";
import { beforeNow } from "../../src/store/history.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { openedStore } from "../helpers/opened-store.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

/** Each profile has a server of its own, and that of "gone" is known no more. */
const serverOf = (profile: string) => (profile === "gone" ? undefined : `server of ${profile}`);
const server = "server of default";

/** A record in which this was read. */
const reading = (
  number: number,
  read: Partial<Extraction>,
  change: Partial<DocumentRecord> = {},
): DocumentRecord => {
  const record = seededRecord(number);
  return { ...record, ...change, extraction: { ...record.extraction!, ...read } };
};

/** The same after something was done to it, by which it is known otherwise. */
const after = (
  record: DocumentRecord,
  by: DocumentRecord["history"][number]["by"],
  read: Partial<Extraction> | null,
): DocumentRecord => ({
  ...record,
  extraction: read && { ...(record.extraction ?? seededRecord(1).extraction!), ...read },
  history: [
    ...record.history,
    { at: record.updatedAt, by, before: beforeNow(record), from: null, to: null },
  ],
});

const edited = (record: DocumentRecord, read: Partial<Extraction>) => after(record, "edit", read);

const known = (...records: readonly DocumentRecord[]) =>
  catalogueOf(records, serverOf).knownTo(server);

test("where nothing was read nothing is known", (t) => {
  t.deepEqual(known(), { issuers: [], corrections: [], placements: [] });
  t.deepEqual(known(reading(1, { issuer: null })).issuers, []);
});

test("issuers are those of documents that are archived, the most frequent first", (t) => {
  const aside = (["review", "waiting", "undone", "processing"] as const).map((status, number) =>
    reading(10 + number, { issuer: status }, { status }),
  );
  const failed = seededRecord(20, { extraction: null, status: "quarantined" });
  const names = ["Seldom", "Often", "Often"].map((issuer, number) => reading(number, { issuer }));
  t.deepEqual(known(...names, ...aside, failed).issuers, ["Often", "Seldom"]);
});

test("of the spellings of one name the most frequent is known alone", (t) => {
  const spellings = ["MÜLLER & Co.", "Müller & Co", "müller&co", "Müller & Co"];
  t.deepEqual(known(...spellings.map((issuer, at) => reading(at, { issuer }))).issuers, [
    "Müller & Co",
  ]);
});

test("names that have no letters are told apart", (t) => {
  const names = ["+++", "---", "+++"];
  t.deepEqual(known(...names.map((issuer, at) => reading(at, { issuer }))).issuers, ["+++", "---"]);
});

test("a correction is known, its name before all others", (t) => {
  const others = [1, 2, 3].map((number) => reading(number, { issuer: "SW GmbH" }));
  const { issuers, corrections } = known(
    ...others,
    edited(reading(4, { issuer: "SW GmbH" }), { issuer: "Stadtwerke" }),
  );
  t.is(issuers[0], "Stadtwerke");
  t.deepEqual(corrections, [{ from: "SW GmbH", to: "Stadtwerke" }]);
});

test("the category that a person chose is known, and no other", (t) => {
  const { placements } = known(
    edited(reading(1, { issuer: "A", category: "Legal" }), { category: "Taxes" }),
    edited(reading(2, { issuer: "B", category: "Legal" }), { title: "Other" }),
    edited(reading(3, { issuer: null, category: "Legal" }), { category: "Taxes" }),
  );
  t.deepEqual(placements, [{ issuer: "A", category: "Taxes" }]);
});

test("an edit that is undone is no correction", (t) => {
  const record = edited(reading(1, { issuer: "SW" }), { issuer: "Stadtwerke", category: "Taxes" });
  const { issuers, corrections, placements } = known(after(record, "undo", { issuer: "SW" }));
  t.deepEqual([issuers, corrections, placements], [["SW"], [], []]);
});

const corrected = edited(reading(1, { issuer: "A" }), { issuer: "B", category: "Taxes" });
for (const [when, read] of [
  ["it was read once more", after(corrected, "rerun", { issuer: "C" })],
  ["it was rejected", reading(1, { issuer: "C" }, after(corrected, "reject", null))],
] as const) {
  test(`what was corrected before ${when} says nothing of what was read since`, (t) => {
    const { issuers, corrections, placements } = known(read);
    t.deepEqual([issuers, corrections, placements], [["C"], [], []]);
  });
}

test("a correction of what was read again is one", (t) => {
  const read = after(edited(reading(1, { issuer: "A" }), { issuer: "B" }), "rerun", {
    issuer: "C",
  });
  t.deepEqual(known(edited(read, { issuer: "D" })).corrections, [{ from: "C", to: "D" }]);
});

test("what was filed by hand corrects nothing that was read", (t) => {
  const unread = seededRecord(1, { extraction: null, status: "quarantined" });
  const { issuers, corrections } = known({
    ...edited(unread, { issuer: "A" }),
    status: "archived",
  });
  t.deepEqual([issuers, corrections], [["A"], []]);
});

test("of each kind 40 are known, those that are most frequent", (t) => {
  const records = Array.from({ length: 60 }, (_, number) => {
    const read = reading(number, { issuer: `Wrong ${number}`, category: "Legal" });
    return edited(read, { issuer: `Right ${number}`, category: "Taxes" });
  });
  const twice = edited(reading(99, { issuer: "Wrong 59", category: "Legal" }), {
    issuer: "Right 59",
    category: "Taxes",
  });
  const { issuers, corrections, placements } = known(...records, twice);
  t.deepEqual([issuers.length, corrections.length, placements.length], [40, 40, 40]);
  t.is(issuers[0], "Right 59");
  t.deepEqual(corrections[0], { from: "Wrong 59", to: "Right 59" });
  t.deepEqual(placements[0], { issuer: "Right 59", category: "Taxes" });
});

test("a server is offered what it read, and nothing of another's or of one that is gone", (t) => {
  const ofProfile = (number: number, profile: string) =>
    edited(reading(number, { issuer: `${profile} was wrong` }, { profile }), {
      issuer: `${profile} is right`,
      category: "Taxes",
    });
  const { knownTo, aliasesOf } = catalogueOf(
    ["default", "private", "gone"].map((profile, number) => ofProfile(number, profile)),
    serverOf,
  );
  for (const profile of ["default", "private"]) {
    const said = JSON.stringify(knownTo(`server of ${profile}`));
    t.true(said.includes(`${profile} is right`));
    for (const other of ["default", "private", "gone"].filter((one) => one !== profile)) {
      t.false(said.includes(other), said);
    }
  }
  t.deepEqual(knownTo("another"), { issuers: [], corrections: [], placements: [] });
  // What is looked for in a document here is told to nobody.
  t.deepEqual(aliasesOf("private is right"), ["private was wrong"]);
  t.deepEqual(aliasesOf("private was wrong"), ["private is right"]);
});

test("what a document is read by since is who may be told of it", (t) => {
  const moved = after({ ...reading(1, { issuer: "A" }), profile: "private" }, "rerun", {});
  t.deepEqual(known({ ...moved, profile: "default" }).issuers, ["A"]);
  t.deepEqual(known(moved).issuers, []);
});

/** A catalogue of a store in which one document is. */
async function watched(t: ExecutionContext, record: DocumentRecord) {
  const folder = await emptyFolder(t);
  await seedStore(folder, [record]);
  const store = await openedStore(t, folder);
  const { knownTo, twinsOf } = openCatalogue(store, serverOf);
  const obstacle = join(folder, "journal.jsonl.new");
  return {
    store,
    issuers: () => knownTo(server).issuers,
    twinsOf,
    breakDisk: () => mkdir(obstacle),
    mendDisk: () => rm(obstacle, { recursive: true }),
  };
}

test("it is kept up with what becomes of records", async (t) => {
  const one = reading(1, { issuer: "A" });
  const { store, issuers, twinsOf } = await watched(t, one);
  t.deepEqual(issuers(), ["A"]);
  const two = { ...reading(2, { issuer: "A" }), extraction: one.extraction };
  await store.commit(two);
  t.deepEqual(
    twinsOf(one).map(({ id }) => id),
    [two.id],
  );
  await store.update(two.sha256, { attempts: 2 });
  await store.update(two.sha256, edited(two, { totalAmount: "95.21" }));
  t.deepEqual(twinsOf(one), []);
  await store.update(two.sha256, edited(two, { issuer: "B" }));
  t.is(issuers()[0], "B");
  await store.remove(two.sha256);
  t.deepEqual(issuers(), ["A"]);
  await store.update(one.sha256, { status: "undone" });
  t.deepEqual(issuers(), []);
});

test("what could not be stored is not known", async (t) => {
  const one = reading(1, { issuer: "A" });
  const { store, issuers, twinsOf, breakDisk, mendDisk } = await watched(t, one);
  await breakDisk();
  const two = { ...reading(2, {}), extraction: one.extraction };
  await t.throwsAsync(store.commit(two));
  await t.throwsAsync(store.update(one.sha256, edited(one, { issuer: "B" })));
  t.deepEqual(issuers(), ["A"]);
  t.deepEqual(twinsOf(one), []);
  await mendDisk();
  await store.update(one.sha256, edited(one, { issuer: "B" }));
  t.deepEqual(issuers(), ["B"]);
});

test("a document that could not be forgotten is known still", async (t) => {
  const one = reading(1, { issuer: "A" });
  const { store, issuers, breakDisk } = await watched(t, one);
  await breakDisk();
  await t.throwsAsync(store.remove(one.sha256));
  t.deepEqual(issuers(), ["A"]);
});
