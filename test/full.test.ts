import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { textOfBytes } from "../src/pdf/bytes.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/sandbox.ts";
import { unbooked } from "./faults/sound.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { fillDisk } from "./helpers/fill-disk.ts";
import type { Home } from "./helpers/home.ts";
import { arranged, mounted } from "./helpers/odd-files.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until, watching, type Watching } from "./helpers/watching.ts";

const settings = {
  retry: { attempts: 3, minDelay: "10ms", maxDelay: "200ms" },
  schedule: { rescan: "* * * * * *" },
};

const places = { data: "store", Archive: "archive", log: "log" } as const;

/** Asserts that a daemon goes on until every document is filed, each paid for once, and that all of it is booked. */
async function allFiled(
  t: ExecutionContext,
  home: Home,
  sandbox: Sandbox,
  daemon: Watching,
  all: readonly Uint8Array[],
) {
  await daemon.have("archived", all.length);
  await daemon.stop();
  await runOnce(home, sandbox);

  t.is(sandbox.bills().length, all.length);
  await expectFiled(t, home, all);
  t.deepEqual(await unbooked(home, sandbox), []);
}

for (const [folder, name] of Object.entries(places)) {
  const costsNothing = "costs nothing, and it goes on once there is room";

  test(`started while the disk of its ${name} is full, it ${costsNothing}`, async (t) => {
    await using sandbox = await openSandbox();
    await using home = await homeAt(sandbox, settings);
    await using disk = await diskAt(t, home, folder);
    if (!disk) return;
    const all = await invoices(3);
    await dropAll(home, all.slice(0, 1), 0);
    await runOnce(home, sandbox);
    const makeRoom = await fillDisk(join(home.folder, folder));
    await dropAll(home, all, 1);
    await using daemon = await watching(home, sandbox);
    await feltIt(daemon, folder, 3);
    await makeRoom();
    await allFiled(t, home, sandbox, daemon, all);
  });

  test(`a disk of its ${name} that fills up between documents ${costsNothing}`, async (t) => {
    await using sandbox = await openSandbox();
    await using home = await homeAt(sandbox, settings);
    await using disk = await diskAt(t, home, folder);
    if (!disk) return;
    const all = await invoices(4);
    await using daemon = await watching(home, sandbox);
    await dropAll(home, all.slice(0, 2), 0);
    await daemon.saw("upload.deleted", 2);
    const makeRoom = await fillDisk(join(home.folder, folder));
    await dropAll(home, all, 2);
    await feltIt(daemon, folder, 4);
    await makeRoom();
    await allFiled(t, home, sandbox, daemon, all);
  });

  test(`a disk of its ${name} that fills up while answers are on their way ${costsNothing}`, async (t) => {
    let asked = 0;
    const full = Promise.withResolvers<void>();
    await using inspector = startInspector();
    await using sandbox = await startSandbox({
      async readText(bytes) {
        asked += 1;
        await full.promise;
        return await textOfBytes(inspector)(bytes);
      },
    });
    await using home = await homeAt(sandbox, settings);
    await using disk = await diskAt(t, home, folder);
    if (!disk) return;
    const all = await invoices(3);
    await using daemon = await watching(home, sandbox);
    await dropAll(home, all, 0);
    await until(() => asked === 3);
    const makeRoom = await fillDisk(join(home.folder, folder));
    full.resolve();
    await feltIt(daemon, folder, 3);
    await makeRoom();
    await allFiled(t, home, sandbox, daemon, all);
  });
}

test("an archive that can only be read for a while costs nothing, and it goes on by itself", async (t) => {
  await using sandbox = await openSandbox({ latency: 300 });
  await using home = await homeAt(sandbox, settings);
  await using disk = await diskAt(t, home, "Archive");
  if (!disk) return;
  const all = await invoices(3);
  await using daemon = await watching(home, sandbox);
  await dropAll(home, all.slice(0, 1), 0);
  await until(() => sandbox.bills().length === 1);
  {
    const remount = (how: string) => ["mount", "-o", `remount,${how}`, home.archive] as const;
    await using readOnly = await arranged(t, remount("ro"), remount("rw"));
    if (!readOnly) return;
    await dropAll(home, all, 1);
    await feltIt(daemon, "Archive", 3);
  }
  await daemon.have("archived", 3);
  await daemon.stop();
  await runOnce(home, sandbox);

  t.is(sandbox.bills().length, 3);
  await expectFiled(t, home, all);
  t.deepEqual(await unbooked(home, sandbox), []);
});

/** A disk of 256 KiB in the place of one of the home's folders. */
async function diskAt(t: Parameters<typeof mounted>[0], home: Home, folder: string) {
  const path = join(home.folder, folder);
  await mkdir(path, { recursive: true });
  return await mounted(t, path, "size=256k,mode=0700");
}

const invoices = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, at) => invoice(`RE-${at}`)));

async function dropAll(home: Home, all: readonly Uint8Array[], from: number): Promise<void> {
  for (const [at, bytes] of all.entries()) {
    if (at >= from) await home.drop(`scan${at}.pdf`, bytes);
  }
}

/**
 * Waits until the trouble was met, or all was filed nonetheless: what only its log has no room for, and what
 * finds it in what the store spared.
 */
async function feltIt(daemon: Watching, folder: string, documents: number): Promise<void> {
  const isTrouble = ({ level }: Readonly<Record<string, unknown>>) =>
    level === "warn" || level === "error";
  const isFiled = () =>
    daemon.records().filter(({ status }) => status === "archived").length === documents;
  await until(() => isFiled() || (folder !== "log" && daemon.lines().some(isTrouble)));
}
