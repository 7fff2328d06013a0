import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { findingsIn } from "../../src/service/checkup.ts";
import { install } from "../../src/service/install.ts";
import { openSupervisor } from "../../src/service/open.ts";
import { readPlist } from "../../src/service/plist.ts";
import { protectedHint } from "../../src/service/protected.ts";
import { stateOf } from "../../src/service/state.ts";
import { uninstall } from "../../src/service/uninstall.ts";
import { AutodError } from "../../src/errors.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { makeHome } from "../helpers/home.ts";
import { launchdRig } from "./rig.ts";

const main = new URL("../../src/main.ts", import.meta.url).pathname;

/** A Mac, as far as it can be had elsewhere: its launchctl is a script. */
async function openMac(t: ExecutionContext) {
  const home = await makeHome();
  t.teardown(() => home[Symbol.asyncDispose]());
  const rig = await launchdRig(join(await emptyFolder(t), "bin"));
  const env = { HOME: home.folder, PATH: `${rig.folder}:${process.env["PATH"]}` };
  const logDir = join(home.folder, "log");
  const mac = {
    env,
    platform: "darwin" as const,
    uid: 501,
    logDir: () => Promise.resolve(logDir),
    node: process.execPath,
  };
  const { supervisor, call } = await openSupervisor(false, mac);
  const program = { node: process.execPath, main };
  const { config } = home;
  const plan = { program, config, user: "", environment: [], credentials: [] };
  return {
    home,
    rig,
    mac,
    logDir,
    supervisor,
    install: () => install(plan, supervisor, { config, call, isRenewed: false, patience: 0 }),
  };
}

test("an agent is handed to launchd once, and started by that", async (t) => {
  const { home, rig, supervisor, install: installIt } = await openMac(t);
  const done = await installIt();
  t.like(done, { manager: "launchd", wrote: true, did: "started", lastLines: [] });
  t.is(supervisor.file, join(home.folder, "Library/LaunchAgents/local.autod.plist"));
  t.deepEqual(await rig.told(), [
    "launchctl enable gui/501/local.autod",
    `launchctl bootstrap gui/501 ${supervisor.file}`,
  ]);
  const agent = readPlist(await readFile(supervisor.file, "utf8"));
  t.deepEqual(agent["ProgramArguments"], [
    process.execPath,
    main,
    "run",
    "--config",
    home.configFile,
    "--supervisor",
    "launchd",
  ]);
  t.is(agent["StandardErrorPath"], join(home.folder, "Library/Logs/autod/stderr.log"));

  const again = await installIt();
  t.like(again, { wrote: false, did: "nothing" });
  t.deepEqual(await rig.told(), ["launchctl enable gui/501/local.autod"]);
});

test("an agent that was changed is put out and handed over anew", async (t) => {
  const { rig, mac, supervisor, install: installIt } = await openMac(t);
  await installIt();
  const text = await readFile(supervisor.file, "utf8");
  await writeFile(supervisor.file, text.replace(process.execPath, "/opt/node-24.1.0/bin/node"));
  t.like(await stateOf(supervisor, mac), { gone: "/opt/node-24.1.0/bin/node" });
  await rig.told();
  t.like(await installIt(), { wrote: true, did: "restarted" });
  t.deepEqual(await rig.told(), [
    "launchctl enable gui/501/local.autod",
    "launchctl bootout gui/501/local.autod",
    `launchctl bootstrap gui/501 ${supervisor.file}`,
  ]);
  t.is(await readFile(supervisor.file, "utf8"), text);
});

test("how an agent stands is read from what launchd prints", async (t) => {
  const { rig, mac, supervisor, install: installIt } = await openMac(t);
  t.like(await stateOf(supervisor, mac), { installed: false, active: "inactive", enabled: false });
  await installIt();
  t.like(await stateOf(supervisor, mac), {
    installed: true,
    stale: null,
    active: "active",
    pid: 4711,
    restarts: 0,
    ended: null,
    lingers: null,
  });
  await rig.breakIt();
  const failed = await stateOf(supervisor, mac);
  t.like(failed, { active: "failed", pid: null, restarts: 2, ended: "exit code 78: EX_CONFIG" });
  t.is(findingsIn(failed)[0]?.message, "it failed: exit code 78: EX_CONFIG");
});

test("of one that doesn't come up it is shown what it said before it could log", async (t) => {
  const { home, rig, install: installIt } = await openMac(t);
  await rig.breakIt();
  const { findings, lastLines } = await installIt();
  t.is(findings[0]?.message, "it didn't come up: exit code 78: EX_CONFIG");
  t.deepEqual(lastLines, ["the last that it said"]);
  const errors = join(home.folder, "Library/Logs/autod/stderr.log");
  t.is((await rig.told()).at(-1), `tail -n 15 ${errors}`);
});

test("an agent is put out before its file goes, and what isn't there is none to put out", async (t) => {
  const { home, rig, mac, supervisor, install: installIt } = await openMac(t);
  await installIt();
  await rig.told();
  t.like(await uninstall(supervisor, mac), { removed: true });
  t.deepEqual(await rig.told(), ["launchctl bootout gui/501/local.autod"]);
  await t.throwsAsync(readFile(supervisor.file), { code: "ENOENT" });
  t.true((await readFile(home.configFile, "utf8")).length > 0);
  t.like(await uninstall(supervisor, mac), { removed: false, kept: [] });
  t.deepEqual(await rig.told(), []);
});

test("its logs are autod's own, and the newest of them", async (t) => {
  const { logDir, supervisor } = await openMac(t);
  const error = await t.throwsAsync(supervisor.logs(10, false), { instanceOf: AutodError });
  t.regex(error?.hint ?? "", /Library\/Logs\/autod\/stderr\.log/);
  await mkdir(logDir, { recursive: true });
  for (const name of ["autod.2026-11-28.2.log", "autod.2026-11-28.10.log", "other.txt"]) {
    await writeFile(join(logDir, name), "");
  }
  const newest = join(logDir, "autod.2026-11-28.10.log");
  t.deepEqual(await supervisor.logs(10, false), ["tail", "-n", "10", newest]);
  t.deepEqual(await supervisor.logs(10, true), ["tail", "-n", "10", "-F", newest]);
  await rm(logDir, { recursive: true });
});

test("macOS has no service of the system", async (t) => {
  const { mac } = await openMac(t);
  const error = await t.throwsAsync(openSupervisor(true, mac), { instanceOf: AutodError });
  t.is(error?.code, "ARGUMENT_INVALID");
});

test("of folders that macOS protects it is said how autod is let in, and by which Node", async (t) => {
  const { home } = await openMac(t);
  const [folder] = home.config.folders;
  if (!folder) return t.fail();
  const hint = (inbox: string) => protectedHint({ ...folder, inbox }, "/opt/node", "/Users/ada");
  t.regex(
    hint("/Users/ada/Documents/Inbox") ?? "",
    /protects .*Inbox\. .*Full Disk Access.* \/opt\/node,/,
  );
  t.regex(hint("/Volumes/NAS") ?? "", /Full Disk Access/);
  t.is(hint("/Users/ada/autod/Inbox"), null);
  t.is(hint("/Users/ada/Documents-old/Inbox"), null);
});
