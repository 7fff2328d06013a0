import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { emptyFolder } from "../helpers/folder.ts";
import { invoice } from "../helpers/pdf.ts";

const here = (name: string) => new URL(name, import.meta.url).pathname;

interface Found {
  /** What was found inside, by name. */
  readonly facts: Readonly<Record<string, string>>;
  readonly printed: string;
}

/** Boots a machine and has all done in it; null, and the test says so, where no machine can be booted. */
async function boot(t: ExecutionContext): Promise<Found | null> {
  const isThere = ["systemd-nspawn", "unshare"].every(
    (one) => !spawnSync(one, ["--version"]).error,
  );
  const tried = spawnSync("unshare", [
    "--mount",
    "--pid",
    "--fork",
    "mount",
    "-t",
    "tmpfs",
    "x",
    "/mnt",
  ]);
  if (!isThere || tried.status !== 0) {
    t.log("left out: a systemd can be booted by root with systemd-nspawn only");
    t.pass();
    return null;
  }
  const given = await emptyFolder(t);
  await copyFile(here("inside.sh"), join(given, "inside.sh"));
  for (const name of ["one", "two", "three"]) {
    await writeFile(join(given, `${name}.pdf`), await invoice(`RE-${name}`));
  }
  // In whatever process it is, its loop turns no more once it is told.
  const hang = 'process.on("SIGUSR2", () => { for (;;); });';
  await writeFile(join(given, "hang.mjs"), hang);
  const child = spawn("bash", [here("boot.sh"), here("../.."), given], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  // All that it began ends with it.
  t.teardown(() => child.kill("SIGKILL"));
  const [printed] = await Promise.all([text(child.stdout), once(child, "close")]);
  const lines = printed.split("\n").filter((line) => /^\S[^:]*: /.test(line));
  const facts = lines.map((line) => {
    const at = line.indexOf(": ");
    return [line.slice(0, at), line.slice(at + 2)] as const;
  });
  return { facts: Object.fromEntries(facts), printed };
}

test("under a real systemd it is installed, files, survives a kill and a hang, and goes without a trace", async (t) => {
  t.timeout(110_000);
  const found = await boot(t);
  if (found === null) return;
  const isWell = t.deepEqual(found.facts, {
    init: "0",
    install: "0",
    is: "active, enabled",
    says: "0 in work, 0 to be taken; $0.00 of $2.00 today",
    "runs as": "autod",
    key: "root 600, 0 in the unit",
    "installed again": "0 ✓ service       nothing changed",
    "moved without a copy": "1",
    "after a kill": "1 restart, 2 filed",
    "after a reload": "of $3.00 today, the same process",
    "after a hang": "killed, and started again",
    status: "0",
    logs: "1",
    "with a wrong configuration": "failed, 78, 0 restarts",
    "status of it": "1",
    "started again": "0 active",
    "status of a stale unit": "1 is gone",
    mended: "0 ✓ service       restarted, 0 stale",
    uninstall: "0",
    "what is left": "2 documents, 2 files in /etc/autod, 0 units",
    "init of a user": "0",
    "install of a user": "0",
    "key of a user": "ada 600, 0 in the unit",
    "filed for a user": "1",
    "uninstall of a user": "0 0 units, 1 documents",
  });
  if (!isWell) t.log(found.printed);
});
