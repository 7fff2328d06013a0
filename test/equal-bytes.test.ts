import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { expectFiled } from "./helpers/expect-filed.ts";
import { type Home, quickFolder } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

/** Two folders, each with an archive and a profile of its own. */
const twoFolders = {
  profiles: { default: {}, letters: { instructions: "These are letters." } },
  folders: ["scans", "letters"].map((name) =>
    quickFolder(name, {
      archive: name === "scans" ? "./Archive" : "./Quarantine",
      profile: name === "letters" ? "letters" : "default",
    }),
  ),
};

/** Makes the inboxes of both. */
async function makeInboxes(home: Home) {
  for (const name of ["scans", "letters"]) await rm(await home.drop(`${name}/new`, ""));
}

const asks = "POST /v1/responses";

test("bytes that are in work elsewhere wait for that outcome, also by another folder and profile", async (t) => {
  await using sandbox = await openSandbox({ latency: 200 });
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching", 2);
  await home.drop("scans/scan.pdf", bytes);
  await daemon.saw("document.uploaded");
  await home.drop("letters/another name.pdf", bytes);
  await daemon.saw("document.duplicate");
  await daemon.stop();

  t.is(sandbox.bills().length, 1);
  t.deepEqual(
    (await home.filed()).filter((file) => file.includes("_duplicates")),
    ["Quarantine/_duplicates/another name.pdf"],
    "it goes to the arriving folder's duplicates",
  );
  const [record, other] = await home.records();
  t.is(other, undefined);
  t.like(record, { status: "archived", folder: "scans", profile: "default" });
  t.like(record?.duplicates, [{ path: join(home.inbox, "letters/another name.pdf") }]);
  await expectFiled(t, home, [bytes, bytes]);
});

test("of bytes in work that are condemned without a bill, those that waited for them are taken up in their place", async (t) => {
  const document = [{ request: "POST /v1/files", kinds: ["document", "ok"] }];
  await using sandbox = await openSandbox({ latency: 200, faults: document });
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-7");
  await home.drop("first.pdf", bytes);
  await home.drop("second.pdf", bytes);

  t.like(await runOnce(home, sandbox), { quarantined: 1, archived: 1 });

  const [record, other] = await home.records();
  t.is(other, undefined);
  t.like(record, { status: "archived", attempts: 2 });
  t.is(record?.duplicates.length, 1, "the one that failed is set aside");
  await expectFiled(t, home, [bytes, bytes]);
});

test("bytes that stand in review are a duplicate, by whatever folder and profile they come", async (t) => {
  await using sandbox = await openSandbox();
  const profiles = { default: { review: { below: 1 } }, letters: {} };
  await using home = await homeAt(sandbox, { ...twoFolders, profiles });
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  await home.drop("scans/scan.pdf", bytes);
  t.is((await runOnce(home, sandbox)).review, 1);
  await home.drop("letters/letter.pdf", bytes);

  t.is((await runOnce(home, sandbox)).duplicate, 1);

  t.is(sandbox.bills().length, 1);
  t.deepEqual(await home.filed(), [
    "Archive/_review/scan.pdf",
    "Archive/_review/scan.pdf.reason.json",
    "Quarantine/_duplicates/letter.pdf",
  ]);
});

test("bytes whose archived file became another are filed again without a call, where they came this time", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  await home.drop("scans/scan.pdf", bytes);
  await runOnce(home, sandbox);
  const [filed] = await home.records();
  const other = Buffer.from("somebody put other bytes in its place");
  await writeFile(filed?.filedAs ?? "", other);
  await home.drop("letters/letter.pdf", bytes);

  t.is((await runOnce(home, sandbox)).archived, 1);

  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes, other]);
  const [record] = await home.records();
  t.like(record, { status: "archived", folder: "letters", profile: "default", attempts: 2 });
  t.is(record?.source.path, join(home.inbox, "letters/letter.pdf"));
  t.true(record?.filedAs?.startsWith(home.quarantine), "into the arriving folder's archive");
});

test("bytes in review whose file is gone go to review again without a call", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { profiles: { default: { review: { below: 1 } } } });
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await runOnce(home, sandbox);
  await rm(join(home.archive, "_review/scan.pdf"));
  await home.drop("again.pdf", bytes);

  t.is((await runOnce(home, sandbox)).review, 1);

  t.is(sandbox.bills().length, 1);
  t.deepEqual(await home.filed(), [
    "Archive/_review/again.pdf",
    "Archive/_review/again.pdf.reason.json",
  ]);
  t.true((await home.logs()).some(({ event }) => event === "document.refiled"));
});

test("bytes that failed without a bill are taken up by another folder, and their twin leaves with its reason", async (t) => {
  const document = [{ request: "POST /v1/files", kinds: ["document"] }];
  await using sandbox = await openSandbox({ faults: document });
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  await home.drop("scans/scan.pdf", bytes);
  t.is((await runOnce(home, sandbox)).quarantined, 1);
  await home.drop("letters/letter.pdf", bytes);

  t.is((await runOnce(home, sandbox)).archived, 1);

  const [record] = await home.records();
  t.like(record, { status: "archived", folder: "letters", profile: "letters" });
  t.like(record?.duplicates, [
    {
      path: join(home.quarantine, "scan.pdf"),
      movedTo: join(home.quarantine, "_duplicates/scan.pdf"),
    },
  ]);
  t.false((await home.filed()).some((file) => file.endsWith(".reason.json")));
  await expectFiled(t, home, [bytes, bytes]);
});

test("bytes that failed with a bill are a duplicate, and the one in quarantine stays as it is", async (t) => {
  await using sandbox = await openSandbox({ faults: [{ request: asks, kinds: ["refusal"] }] });
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  await home.drop("scans/scan.pdf", bytes);
  t.is((await runOnce(home, sandbox)).quarantined, 1);
  await home.drop("letters/letter.pdf", bytes);

  t.is((await runOnce(home, sandbox)).duplicate, 1);

  t.is(sandbox.bills().length, 1);
  t.deepEqual(await home.filed(), [
    "Quarantine/_duplicates/letter.pdf",
    "Quarantine/scan.pdf",
    "Quarantine/scan.pdf.reason.json",
  ]);
});

test("bytes that wait in their inbox make others that come a duplicate, and go on waiting", async (t) => {
  const busy = [{ request: asks, kinds: ["rate-limit-after:3600"] }];
  await using sandbox = await openSandbox({ faults: busy });
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  await home.drop("scans/scan.pdf", bytes);
  await runOnce(home, sandbox);
  const [before] = await home.records();
  await home.drop("letters/letter.pdf", bytes);

  t.like(await runOnce(home, sandbox), { duplicate: 1, waiting: 1 });

  t.is(sandbox.bills().length, 0);
  const [record] = await home.records();
  t.deepEqual(record?.waiting, before?.waiting);
  t.like(record, { status: "waiting", folder: "scans", attempts: 1 });
  t.deepEqual(await home.left(), ["Inbox/scans/scan.pdf"]);
});

test("bytes that waited, and are gone from there, are the document wherever they come again", async (t) => {
  const busy = [{ request: asks, kinds: ["rate-limit-after:3600"] }];
  await using sandbox = await openSandbox({ faults: busy });
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  const path = await home.drop("scans/scan.pdf", bytes);
  await runOnce(home, sandbox);
  await rename(path, join(home.inbox, "letters/letter.pdf"));

  t.is((await runOnce(home, sandbox)).archived, 1);

  const [record, other] = await home.records();
  t.is(other, undefined);
  t.like(record, {
    status: "archived",
    folder: "letters",
    profile: "letters",
    attempts: 2,
    source: { path: join(home.inbox, "letters/letter.pdf"), name: "letter.pdf" },
  });
  await expectFiled(t, home, [bytes]);
});

test("bytes that wait in staging with their answer make others a duplicate, and are filed when they can be", async (t) => {
  await using sandbox = await openSandbox({ latency: 500 });
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  const waits = { first: 60_000, longest: 60_000 };
  await using daemon = await watching(home, sandbox, { waits });
  await daemon.saw("folder.watching", 2);
  await home.drop("scans/scan.pdf", bytes);
  await daemon.saw("document.uploaded");
  await rename(home.archive, `${home.archive}.away`);
  await daemon.have("waiting", 1);
  await home.drop("letters/letter.pdf", bytes);
  await daemon.saw("document.duplicate");
  await daemon.stop();
  t.like(await home.records(), [
    { status: "waiting", waiting: { reason: "offline", parked: null }, folder: "scans" },
  ]);
  await rename(`${home.archive}.away`, home.archive);

  t.is((await runOnce(home, sandbox)).archived, 1);

  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes, bytes]);
});

test("bytes whose paid answer waits, and whose file is gone, are filed without a call once it is known that nobody did", async (t) => {
  await using sandbox = await openSandbox({ latency: 500 });
  await using home = await homeAt(sandbox, { ...twoFolders, schedule: { rescan: "* * * * * *" } });
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  const waits = { first: 60_000, longest: 60_000 };
  await using daemon = await watching(home, sandbox, { waits });
  await daemon.saw("folder.watching", 2);
  await home.drop("scans/scan.pdf", bytes);
  await daemon.saw("document.uploaded");
  await rename(home.archive, `${home.archive}.away`);
  await daemon.have("waiting", 1);
  await rm(daemon.records()[0]?.work?.staged ?? "");
  await home.drop("letters/letter.pdf", bytes);
  await daemon.saw("document.waiting", 2);
  await daemon.saw("folder.offline");
  t.true((await home.left()).includes("Inbox/letters/letter.pdf"));
  t.like(daemon.records(), [{ status: "waiting", folder: "scans" }]);
  await rename(`${home.archive}.away`, home.archive);
  await daemon.have("archived", 1);
  await daemon.stop();

  const [record] = await home.records();
  t.like(record, { status: "archived", folder: "letters", profile: "default" });
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes]);
});

test("the same bytes saved in two folders at once are read once", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, twoFolders);
  await makeInboxes(home);
  const bytes = await invoice("RE-7");
  await using daemon = await watching(home, sandbox);
  await Promise.all([home.drop("scans/scan.pdf", bytes), home.drop("letters/scan.pdf", bytes)]);
  await daemon.saw("document.archived");
  await daemon.saw("document.duplicate");
  await daemon.stop();
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes, bytes]);
});

test("a name that comes again with other bytes is another document", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const all = [await invoice("RE-1"), await invoice("RE-2")] as const;
  await using daemon = await watching(home, sandbox);
  await home.drop("scan.pdf", all[0]);
  await until(async () => (await home.left()).length === 0);
  await home.drop("scan.pdf", all[1]);
  await daemon.have("archived", 2);
  await daemon.stop();
  await expectFiled(t, home, all);
});
