import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { checkService } from "../../src/service/checkup.ts";
import { install } from "../../src/service/install.ts";
import { openSupervisor } from "../../src/service/open.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { makeHome } from "../helpers/home.ts";
import { systemdRig } from "./rig.ts";

const main = new URL("../../src/main.ts", import.meta.url).pathname;

/** A user whose service can be installed, and looked at. */
async function openUser(t: ExecutionContext) {
  const home = await makeHome();
  t.teardown(() => home[Symbol.asyncDispose]());
  const { config } = home;
  const rig = await systemdRig(join(await emptyFolder(t), "bin"));
  const env = { HOME: home.folder, PATH: `${rig.folder}:${process.env["PATH"]}` };
  const around = {
    env,
    platform: "linux" as const,
    node: process.execPath,
    logDir: () => Promise.resolve(config.logs.dir),
  };
  const { supervisor, call } = await openSupervisor(false, around);
  const program = { node: process.execPath, main };
  const plan = { program, config, user: "", environment: [], credentials: [] };
  return {
    rig,
    unit: supervisor.file,
    install: () => install(plan, supervisor, { config, call, isRenewed: false, patience: 0 }),
    look: async () =>
      (await checkService(around)).map(({ state, message }) => `${state}: ${message}`),
  };
}

test("that no service is installed is well", async (t) => {
  const { rig, look } = await openUser(t);
  const well = "well: none is installed; autod run works in the foreground";
  t.deepEqual(await look(), [well]);
  // Neither is it a fault where nobody can be asked.
  await writeFile(
    join(rig.folder, "systemctl"),
    "#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n",
  );
  t.deepEqual(await look(), [well]);
});

test("one that runs is well, but for the end of its session", async (t) => {
  const { install: installIt, look } = await openUser(t);
  await installIt();
  t.deepEqual(await look(), [
    "well: it runs under systemd, started again 2 times",
    "warning: it ends with your last session, and starts again when you log in",
  ]);
});

test("one that failed is a fault, and so is one whose Node is gone", async (t) => {
  const { rig, unit, install: installIt, look } = await openUser(t);
  await rig.breakIt();
  await installIt();
  const text = await readFile(unit, "utf8");
  await writeFile(unit, text.replace(process.execPath, "/opt/node-24.1.0/bin/node"));
  t.deepEqual((await look()).slice(0, 2), [
    "fault: it failed: exit-code (exit code 78)",
    "fault: what it starts is gone: /opt/node-24.1.0/bin/node",
  ]);
});
