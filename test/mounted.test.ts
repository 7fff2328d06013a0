import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { openDaemon } from "../src/daemon.ts";
import type { Sandbox } from "../src/sandbox/sandbox.ts";
import { autod } from "./helpers/cli.ts";
import { removableDisk } from "./helpers/disk.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { type Home, quickFolder } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openPatient, openSandbox } from "./helpers/sandbox.ts";
import { seedStore, seededWork } from "./helpers/seeded-store.ts";
import { until, watching, type Watching } from "./helpers/watching.ts";

const retry = { attempts: 3, minDelay: "10ms", maxDelay: "200ms" };
const schedule = { rescan: "* * * * * *" };

const times = (daemon: Watching, wanted: string) =>
  daemon.lines().filter(({ event }) => event === wanted).length;

/** A home of which one folder lies on a disk of its own; null where none may be mounted. */
async function homeOnDisk(
  t: ExecutionContext,
  root: "inbox" | "archive" | "quarantine",
  sandbox: Sandbox,
  settings: Readonly<Record<string, unknown>> = {},
) {
  const home = await homeAt(sandbox, { retry, schedule, ...settings });
  const disk = await removableDisk(t, home[root]);
  if (disk === null) {
    await home[Symbol.asyncDispose]();
    return null;
  }
  return {
    home,
    disk,
    /** What lies where the disk is mounted, while it is not. */
    underneath: () => readdir(home[root]),
    async [Symbol.asyncDispose]() {
      await disk.unmount();
      await home[Symbol.asyncDispose]();
    },
  };
}

const twoFolders = {
  folders: ["scans", "letters"].map((name) =>
    quickFolder(name, { archive: name === "scans" ? "./Archive" : "./Quarantine/letters" }),
  ),
};

async function makeTwo({ inbox, quarantine }: Home): Promise<void> {
  for (const name of ["scans", "letters"]) await mkdir(join(inbox, name));
  await mkdir(join(quarantine, "letters"));
}

/** Takes a disk away once a document is asked about; then the server answers. */
async function loseWhileAsking(
  disk: { readonly unmount: () => Promise<unknown> },
  sandbox: Awaited<ReturnType<typeof openPatient>>,
) {
  await sandbox.asked;
  await disk.unmount();
  sandbox.answer();
}

test("while the disk of an archive isn't mounted nothing is claimed, written or concluded", async (t) => {
  await using sandbox = await openSandbox();
  await using at = await homeOnDisk(t, "archive", sandbox, twoFolders);
  if (at === null) return;
  const { home, disk, underneath } = at;
  await makeTwo(home);
  const all = [await invoice("RE-1"), await invoice("RE-2"), await invoice("RE-3")] as const;
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching", 2);
  await home.drop("scans/first.pdf", all[0]);
  await daemon.have("archived", 1);
  t.is(
    JSON.parse(await readFile(join(home.config.dataDir, "roots.json"), "utf8"))[home.archive],
    home.archive,
  );

  await disk.unmount();
  await home.drop("scans/second.pdf", all[1]);
  await home.drop("letters/again.pdf", all[0]);
  await home.drop("letters/third.pdf", all[2]);
  await daemon.saw("folder.offline");
  await daemon.saw("document.waiting");
  await daemon.have("archived", 2);
  t.true((await home.left()).includes("Inbox/scans/second.pdf"));
  // It is taken and put back, again and again.
  await until(async () => (await home.left()).includes("Inbox/letters/again.pdf"));
  t.is(times(daemon, "document.duplicate") + times(daemon, "document.refiled"), 0);
  t.deepEqual(await underneath(), []);
  const offline = daemon.lines().find(({ event }) => event === "folder.offline");
  t.like(offline, {
    folder: "scans",
    error: {
      code: "FOLDER_MISSING",
      message: `${home.archive} is on no disk of its own any more, as it was (mounted at ${home.archive})`,
    },
  });

  await disk.mount();
  await daemon.saw("document.duplicate");
  await daemon.have("archived", 3);
  await daemon.stop();
  t.is(sandbox.bills().length, 3);
  await expectFiled(t, home, [...all, all[0]]);
});

test("an answer that was paid for waits in staging for the disk of its archive, and is filed when that is back", async (t) => {
  await using sandbox = await openPatient();
  await using at = await homeOnDisk(t, "archive", sandbox);
  if (at === null) return;
  const { home, disk, underneath } = at;
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await loseWhileAsking(disk, sandbox);
  await daemon.saw("document.waiting");
  await daemon.saw("folder.offline");
  t.like(daemon.records(), [{ status: "waiting", waiting: { reason: "offline", parked: null } }]);
  t.deepEqual(await underneath(), []);

  await disk.mount();
  await daemon.have("archived", 1);
  await daemon.stop();
  t.is(sandbox.bills().length, 1);
  t.is(times(daemon, "document.waiting"), 1);
  await expectFiled(t, home, [bytes]);
});

test("what is in work while the disk of its inbox goes away is carried on when that is back", async (t) => {
  await using sandbox = await openPatient();
  await using at = await homeOnDisk(t, "inbox", sandbox);
  if (at === null) return;
  const { home, disk, underneath } = at;
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const all = [await invoice("RE-1"), await invoice("RE-2")] as const;
  await home.drop("first.pdf", all[0]);
  await loseWhileAsking(disk, sandbox);
  await daemon.saw("document.waiting");
  await daemon.saw("folder.offline");
  t.like(daemon.records(), [{ status: "waiting", waiting: { reason: "offline", parked: null } }]);
  t.deepEqual(await underneath(), []);

  await disk.mount();
  await daemon.have("archived", 1);
  await daemon.saw("folder.watching", 2);
  await home.drop("second.pdf", all[1]);
  await daemon.have("archived", 2);
  await daemon.stop();
  t.is(sandbox.bills().length, 2);
  await expectFiled(t, home, all);
});

test("a document at fault waits for the disk of its quarantine, and isn't asked about again", async (t) => {
  const refusal = [{ request: "POST /v1/responses", kinds: ["refusal"], forever: true }];
  await using sandbox = await openPatient({ faults: refusal });
  await using at = await homeOnDisk(t, "quarantine", sandbox);
  if (at === null) return;
  const { home, disk, underneath } = at;
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await loseWhileAsking(disk, sandbox);
  await daemon.saw("document.waiting");
  await daemon.saw("folder.offline");
  t.deepEqual(await underneath(), []);

  await disk.mount();
  await daemon.have("quarantined", 1);
  await daemon.stop();
  t.is(sandbox.bills().length, 1);
  t.like(daemon.records(), [{ error: { code: "ANSWER_REFUSED" } }]);
  await expectFiled(t, home, [bytes]);
});

test("started again without the disk of its archive, it takes nothing, and goes on with what was read once that is back", async (t) => {
  await using sandbox = await openPatient();
  await using at = await homeOnDisk(t, "archive", sandbox);
  if (at === null) return;
  const { home, disk, underneath } = at;
  const all = [await invoice("RE-1"), await invoice("RE-2")] as const;
  {
    await using daemon = await watching(home, sandbox);
    await daemon.saw("folder.watching");
    await home.drop("first.pdf", all[0]);
    await loseWhileAsking(disk, sandbox);
    await daemon.saw("document.waiting");
  }
  await home.drop("second.pdf", all[1]);
  {
    const keys = new Map([["openai", sandbox.key]]);
    await using daemon = await openDaemon(home.config, { keys });
    const { tally, offline } = await daemon.once();
    t.deepEqual(offline, ["scans"]);
    t.like(tally, { archived: 0, failed: 0 });
  }
  t.deepEqual(await home.left(), ["Inbox/second.pdf"]);
  t.deepEqual(await underneath(), []);
  t.is(sandbox.bills().length, 1);

  await disk.mount();
  t.like(await runOnce(home, sandbox), { archived: 2, waiting: 0 });
  t.is(sandbox.bills().length, 2);
  await expectFiled(t, home, all);
});

test("a run whose archive goes away while it works ends with what must wait", async (t) => {
  await using sandbox = await openPatient();
  await using at = await homeOnDisk(t, "archive", sandbox);
  if (at === null) return;
  const { home, disk, underneath } = at;
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  const run = runOnce(home, sandbox);
  await loseWhileAsking(disk, sandbox);
  t.like(await run, { archived: 0, waiting: 1, failed: 0 });
  t.deepEqual(await underneath(), []);

  await disk.mount();
  t.like(await runOnce(home, sandbox), { archived: 1, waiting: 0 });
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes]);
});

test("where nothing can be told of the disks nothing is taken, and it goes on once that is mended", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { retry, schedule });
  await runOnce(home, sandbox);
  const file = join(home.config.dataDir, "roots.json");
  const remembered = await readFile(file, "utf8");
  await writeFile(file, remembered.slice(0, -5));
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.offline");
  t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
  t.like(
    daemon.lines().find(({ event }) => event === "folder.offline"),
    { error: { code: "STORE_DAMAGED" } },
  );
  await writeFile(file, remembered);
  await daemon.have("archived", 1);
  await daemon.stop();
  await expectFiled(t, home, [bytes]);
});

test("who looks is told which disk is away, and what to do", async (t) => {
  await using sandbox = await openSandbox();
  await using at = await homeOnDisk(t, "archive", sandbox);
  if (at === null) return;
  const { home, disk, underneath } = at;
  const bytes = await invoice("RE-7");
  await home.drop("first.pdf", bytes);
  t.is((await runOnce(home, sandbox)).archived, 1);
  const [filed] = await home.records();
  const id = filed?.id ?? "";
  await disk.unmount();
  const again = await home.drop("again.pdf", bytes);
  const away = `${home.archive} is on no disk of its own any more, as it was (mounted at ${home.archive})`;
  const file = join(home.config.dataDir, "roots.json");
  const remembered = await readFile(file, "utf8");
  const ask = async (...args: string[]) => {
    const { stdout, stderr } = await autod([...args, "--config", home.configFile]);
    // Lines are broken where the terminal ends.
    return `${stdout}${stderr}`.replaceAll(/\s+/g, " ");
  };

  t.true((await ask("status")).includes(`scans: archive ${away}`));
  t.true((await ask("status")).includes(`remove its line from ${file}`));
  t.true((await ask("why", again)).includes(`its folder scans is offline: ${away}`));
  t.true((await ask("why", filed?.filedAs ?? "")).includes(`can't be seen now: ${away}`));
  t.true((await ask("run", "--dry-run")).includes(`folder scans is offline: ${away}`));
  t.true((await ask("undo", id)).includes(away));
  t.is((await home.records())[0]?.status, "archived");
  t.deepEqual(await underneath(), []);
  t.deepEqual(await home.left(), ["Inbox/again.pdf"]);
  t.is(await readFile(file, "utf8"), remembered);

  // Who meant it says so.
  const lines = JSON.parse(remembered) as Record<string, string>;
  const others = Object.entries(lines).filter(([root]) => root !== home.archive);
  await writeFile(file, JSON.stringify(Object.fromEntries(others)));
  t.like(await runOnce(home, sandbox), { archived: 1, waiting: 0 });
  t.is(sandbox.bills().length, 1);
});

test("a move whose end was not recorded is finished when the disk of its archive is back, and nothing is filed twice", async (t) => {
  await using sandbox = await openSandbox();
  await using at = await homeOnDisk(t, "archive", sandbox, twoFolders);
  if (at === null) return;
  const { home, disk, underneath } = at;
  await makeTwo(home);
  const bytes = await invoice("RE-7");
  await home.drop("scans/scan.pdf", bytes);
  t.is((await runOnce(home, sandbox)).archived, 1);
  const [filed] = await home.records();
  if (!filed) return t.fail();
  const staged = join(home.inbox, "scans/.autod/staging/gone/scan.pdf");
  const work = seededWork(staged, "file", { target: filed.filedAs });
  await seedStore(home.config.dataDir, [{ ...filed, status: "processing", filedAs: null, work }]);
  await disk.unmount();
  await home.drop("letters/again.pdf", bytes);

  await using daemon = await watching(home, sandbox);
  await daemon.saw("document.waiting", 2);
  t.like(daemon.records(), [
    { status: "waiting", waiting: { reason: "offline" }, error: { code: "FOLDER_MISSING" } },
  ]);
  t.deepEqual(await underneath(), []);
  await disk.mount();
  await daemon.have("archived", 1);
  await daemon.saw("document.duplicate");
  await daemon.stop();

  t.like(daemon.records(), [{ filedAs: filed.filedAs, waiting: null, error: null, work: null }]);
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes, bytes]);
});

test("a duplicate waits in staging while the disk of its archive is away, and is set aside afterwards", async (t) => {
  await using sandbox = await openPatient();
  await using at = await homeOnDisk(t, "archive", sandbox, twoFolders);
  if (at === null) return;
  const { home, disk, underneath } = at;
  await makeTwo(home);
  const bytes = await invoice("RE-7");
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching", 2);
  await home.drop("letters/letter.pdf", bytes);
  await sandbox.asked;
  // It waits for the outcome of the first one.
  await home.drop("scans/scan.pdf", bytes);
  await daemon.saw("document.claimed", 2);
  await disk.unmount();
  sandbox.answer();
  await daemon.saw("document.waiting");
  await daemon.saw("folder.offline");
  t.deepEqual(await underneath(), []);
  t.is(times(daemon, "document.duplicate"), 0);

  await disk.mount();
  await daemon.saw("document.duplicate");
  await daemon.saw("folder.online");
  await daemon.stop();
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes, bytes]);
});

test("an inbox that goes while it is worked in, and comes back, is worked in as before", async (t) => {
  await using sandbox = await openPatient();
  await using at = await homeOnDisk(t, "inbox", sandbox, { schedule: { rescan: "0 0 1 1 *" } });
  if (at === null) return;
  const { home, disk } = at;
  await using daemon = await watching(home, sandbox);
  await daemon.saw("folder.watching");
  const bytes = await invoice("RE-7");
  await home.drop("scan.pdf", bytes);
  await loseWhileAsking(disk, sandbox);
  await daemon.saw("document.waiting");
  await disk.mount();
  await until(() => daemon.records().some(({ status }) => status === "archived"));
  await daemon.stop();
  t.is(sandbox.bills().length, 1);
  await expectFiled(t, home, [bytes]);
});
