import { access, appendFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import test, { type ExecutionContext } from "ava";
import type { Invocation } from "../../src/cli/command.ts";
import { service } from "../../src/cli/service.ts";
import { AutodError } from "../../src/errors.ts";
import { serve } from "../../src/socket/serve.ts";
import type { DaemonState } from "../../src/state.ts";
import { openDataDir } from "../../src/store/data-dir.ts";
import { asRoot } from "../helpers/as-root.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { autod } from "../helpers/cli.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { makeHome } from "../helpers/home.ts";
import { systemdRig } from "../service/rig.ts";
import { endIn } from "./answer.ts";

const main = new URL("../../src/main.ts", import.meta.url).pathname;
const key = "sk-of-a-test";

/** A user with a configuration and a key in a file, and a systemd that does what it is told. */
async function openUser(t: ExecutionContext) {
  const folder = await emptyFolder(t);
  const apiKeyFile = join(folder, "key");
  await writeFile(apiKeyFile, key, { mode: 0o600 });
  const home = await makeHome({ openai: { apiKeyFile } });
  t.teardown(() => home[Symbol.asyncDispose]());
  const rig = await systemdRig(join(folder, "bin"));
  const env = {
    HOME: home.folder,
    XDG_CONFIG_HOME: join(home.folder, "settings"),
    AUTOD_CONFIG: home.configFile,
    PATH: `${rig.folder}:${process.env["PATH"]}`,
  };
  return {
    home,
    rig,
    env,
    apiKeyFile,
    unit: join(home.folder, "settings/systemd/user/autod.service"),
    /** What is printed, and the exit code. */
    ask: async (
      action: string,
      options: Invocation["options"] = {},
      more: NodeJS.ProcessEnv = {},
    ) => {
      const asked = { args: [action], env: { ...env, ...more } };
      const { code, lines } = await endIn(home, service, options, asked);
      return { code, stdout: `${lines.join("\n")}\n` };
    },
  };
}

/** The code of an error, its message and its hint. */
async function refusal(t: ExecutionContext, asked: Promise<unknown>) {
  const error = await t.throwsAsync(asked, { instanceOf: AutodError });
  return [error?.code, error?.message, error?.hint].join("\n");
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether a value is what a file in config/ says. */
async function fits(t: ExecutionContext, file: string, value: unknown): Promise<void> {
  const schema = await readFile(new URL(`../../config/${file}`, import.meta.url), "utf8");
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(schema));
  t.true(check(value), JSON.stringify(check.errors));
}

test("installed, it is started now and from each login on; once more, nothing changes", async (t) => {
  const { home, rig, unit, ask } = await openUser(t);
  const first = await ask("install");
  t.is(first.code, 0);
  t.regex(
    first.stdout,
    /^✓ service +started under systemd, by ~\/settings\/systemd\/user\/autod\.service \(written\)$/m,
  );
  t.regex(first.stdout, /^! folder scans +autod doesn't say that it watches it$/m);
  t.regex(first.stdout, /^! session +it ends with your last session/m);
  t.regex(first.stdout, /sudo loginctl enable-linger /);
  t.deepEqual(await rig.told(), [
    "systemctl daemon-reload",
    "systemctl enable autod.service",
    "systemctl reset-failed autod.service",
    "systemctl start autod.service",
  ]);
  const text = await readFile(unit, "utf8");
  t.true(text.includes(`ExecStart=${process.execPath} ${main} run --config ${home.configFile}\n`));
  t.true(text.includes(`Environment=XDG_CONFIG_HOME=${join(home.folder, "settings")}\n`));
  t.false(text.includes(key));

  const again = await ask("install");
  t.regex(again.stdout, /^✓ service +nothing changed: it runs/m);
  t.deepEqual(await rig.told(), ["systemctl daemon-reload", "systemctl enable autod.service"]);
  t.is(await readFile(unit, "utf8"), text);
});

test("installed over an older one that is running, it is started anew though no path changed", async (t) => {
  const { home, rig, env, ask } = await openUser(t);
  await ask("install");
  await rig.told();
  const { version } = JSON.parse(
    await readFile(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  const asOf = (running: string) => ({
    "GET /v1/folders": () => [],
    "GET /v1/state": (): DaemonState => ({
      version: running,
      pid: 17,
      startedAt: "2026-01-15T10:00:00.000Z",
      pausedSince: null,
      settings: { file: "/a", readAt: "2026-01-15T10:00:00.000Z", refused: null, later: [] },
      leaving: 0,
      notify: null,
    }),
  });
  await mkdir(home.config.dataDir, { mode: 0o700 });
  const { logger } = captureLogs();
  for (const [running, did] of [
    [version, /nothing changed/],
    ["0.0.1", /restarted under systemd/],
  ] as const) {
    await using _ = await serve(home.config.socket, asOf(running), logger);
    const { stdout } = await autod(["service", "install"], { ...env, SUDO_USER: "" });
    t.regex(stdout, did);
    t.is((await rig.told()).includes("systemctl restart autod.service"), running !== version);
  }
});

test("a key that only a shell has is saved for its owner alone, and stands nowhere else", async (t) => {
  const { home, unit, env, apiKeyFile } = await openUser(t);
  const text = await readFile(home.configFile, "utf8");
  const { openai: _, ...settings } = JSON.parse(text) as Record<string, unknown>;
  await writeFile(home.configFile, JSON.stringify(settings));
  const { code, stdout, stderr } = await autod(["service", "install"], {
    ...env,
    SUDO_USER: "",
    OPENAI_API_KEY: key,
  });
  t.is(code, 0, stderr);
  t.regex(stdout, /^✓ API key +saved in ~\/settings\/autod\/openai-key$/m);
  const keyFile = join(home.folder, "settings/autod/openai-key");
  t.is(await readFile(keyFile, "utf8"), `${key}\n`);
  t.is((await stat(keyFile)).mode & 0o777, 0o600);
  t.false((await readFile(unit, "utf8")).includes(key));
  t.is(await readFile(apiKeyFile, "utf8"), key);
});

test("a unit whose paths are gone is a fault, and installed anew it is mended", async (t) => {
  const { rig, unit, ask } = await openUser(t);
  await ask("install");
  const text = await readFile(unit, "utf8");
  await writeFile(unit, text.replace(process.execPath, "/opt/node-24.1.0/bin/node"));
  const stale = await ask("status");
  t.is(stale.code, 1);
  t.regex(
    stale.stdout,
    /what it starts is gone: \/opt\/node-24\.1\.0\/bin\/node\n +autod service install mends it/,
  );
  await rig.told();
  const mended = await ask("install");
  t.regex(mended.stdout, /^✓ service +restarted under systemd/m);
  t.is((await rig.told()).at(-1), "systemctl restart autod.service");
  t.is(await readFile(unit, "utf8"), text);
});

test("a unit that was changed by hand is told of", async (t) => {
  const { unit, ask } = await openUser(t);
  await ask("install");
  await appendFile(unit, "# mine\n");
  const { code, stdout } = await ask("status");
  t.is(code, 0);
  t.true(stdout.includes("other settings than it would be given now"));
});

test("where it doesn't come up, what it said last is shown, and the exit code is 1", async (t) => {
  const { rig, ask } = await openUser(t);
  await rig.breakIt();
  const { code, stdout } = await ask("install");
  t.is(code, 1);
  t.regex(stdout, /^✗ service +it didn't come up: exit-code \(exit code 78\)$/m);
  t.true(stdout.includes("the last that it said"));
});

test("with a wrong configuration, or without its key, nothing is written or asked for", async (t) => {
  const { home, rig, unit, apiKeyFile, ask } = await openUser(t);
  await rm(apiKeyFile);
  t.regex(await refusal(t, ask("install")), /^KEY_MISSING/);
  await writeFile(home.configFile, "nonsense: true");
  t.regex(await refusal(t, ask("install")), /^CONFIG_INVALID/);
  t.deepEqual(await rig.told(), []);
  t.false(await exists(unit));
});

test("where no manager of the user answers nothing is written, and it is said what to do", async (t) => {
  const { rig, unit, ask } = await openUser(t);
  await writeFile(
    join(rig.folder, "systemctl"),
    "#!/bin/sh\necho 'Failed to connect to bus: No medium found' >&2\nexit 1\n",
  );
  t.regex(
    await refusal(t, ask("install")),
    /^SERVICE_REFUSED\nsystemd doesn't answer: Failed to connect to bus: No medium found\n.*enable-linger/s,
  );
  t.false(await exists(unit));
});

test("while another autod works with the same store nothing is installed", async (t) => {
  const { home, unit, ask } = await openUser(t);
  using _ = await openDataDir(home.config.dataDir);
  t.regex(await refusal(t, ask("install")), /^STORE_LOCKED/);
  t.false(await exists(unit));
});

test("printed, nothing is written or asked for", async (t) => {
  const { home, rig, unit, ask } = await openUser(t);
  const { code, stdout } = await ask("install", { print: true });
  t.is(code, 0);
  t.true(stdout.includes(`run --config ${home.configFile}`));
  t.deepEqual(await rig.told(), []);
  t.false(await exists(unit));
});

test("what only this command line or this shell says is refused", async (t) => {
  const { ask } = await openUser(t);
  t.regex(
    await refusal(t, ask("install", { dataDir: "/srv/data" })),
    /a service knows nothing of --data-dir/,
  );
  t.regex(
    await refusal(t, ask("install", {}, { AUTOD_LOG_LEVEL: "debug" })),
    /a service knows nothing of AUTOD_LOG_LEVEL/,
  );
});

test("uninstalled, it is gone from its manager, and all else stays", async (t) => {
  const { home, rig, unit, ask, apiKeyFile } = await openUser(t);
  await ask("install");
  await home.drop("scan.pdf", "%PDF-1.7");
  await rig.told();
  const { code, stdout } = await ask("uninstall");
  t.is(code, 0);
  t.deepEqual(await rig.told(), [
    "systemctl disable --now autod.service",
    "systemctl daemon-reload",
    "systemctl reset-failed autod.service",
  ]);
  t.false(await exists(unit));
  for (const left of ["~/autod.yaml", "~/data", "~/log", "~/Inbox", "~/Archive"]) {
    t.true(stdout.includes(`\n  ${left}\n`), left);
  }
  t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
  t.true(await exists(apiKeyFile));
  const again = await ask("uninstall");
  t.is(again.code, 0);
  t.true(again.stdout.startsWith("nothing to remove"));
});

test("one whose configuration is wrong is uninstalled too", async (t) => {
  const { home, unit, ask } = await openUser(t);
  await ask("install");
  await writeFile(home.configFile, "nonsense: true");
  t.is((await ask("uninstall")).code, 0);
  t.false(await exists(unit));
});

test("its state is told to eyes and to programs, with the exit code of whether it runs", async (t) => {
  const { home, ask } = await openUser(t);
  const none = await ask("status");
  t.is(none.code, 1);
  t.true(none.stdout.startsWith("no service is installed"));
  await ask("install");
  const { code, stdout } = await ask("status");
  t.is(code, 0);
  t.regex(stdout, /^✓ service +it runs under systemd, started again 2 times$/m);
  t.regex(stdout, /^ {2}says +watching scans$/m);
  const state: unknown = JSON.parse((await ask("status", { json: true })).stdout);
  await fits(t, "service.schema.json", state);
  t.like(state, { installed: true, stale: null, active: "active", pid: 4711, lingers: false });
  t.like(state, { configuration: home.configFile, since: "2025-11-29T01:54:11.000Z" });
  await ask("stop");
  t.is((await ask("status")).code, 1);
  t.is((await ask("start")).code, 0);
});

test("what is printed as JSON is what config/ says", async (t) => {
  const { ask } = await openUser(t);
  const installed = await ask("install", { json: true });
  await fits(t, "installation.schema.json", JSON.parse(installed.stdout));
  const gone = await ask("uninstall", { json: true });
  await fits(t, "uninstallation.schema.json", JSON.parse(gone.stdout));
});

test("its logs are those that the manager keeps", async (t) => {
  const { rig, env } = await openUser(t);
  const { code, stdout } = await autod(["service", "logs"], env);
  t.is(code, 0);
  t.is(stdout, "the last that it said\n");
  t.deepEqual(await rig.told(), ["journalctl --user --unit=autod.service --lines=100 --no-pager"]);
});

test("what isn't installed is neither started nor stopped", async (t) => {
  const { rig, ask } = await openUser(t);
  for (const action of ["start", "stop"]) {
    t.regex(await refusal(t, ask(action)), /^SERVICE_REFUSED\nno service is installed\n/);
  }
  t.deepEqual(await rig.told(), []);
});

test("an action that isn't there is refused with those that are", async (t) => {
  const { ask } = await openUser(t);
  t.regex(await refusal(t, ask("instal")), /^ARGUMENT_INVALID\n.*Did you mean install\?$/s);
});

asRoot("under sudo it isn't root's own by mistake", async (t) => {
  const { unit, ask } = await openUser(t);
  t.regex(
    await refusal(t, ask("install", {}, { SUDO_USER: "ada" })),
    /under sudo it would be a service of root's own/,
  );
  t.false(await exists(unit));
});

test("a service of the system isn't given what lies in a home", async (t) => {
  const { home, ask } = await openUser(t);
  const text = await readFile(home.configFile, "utf8");
  const settings = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const asked = async (change: Readonly<Record<string, unknown>>) => {
    await writeFile(home.configFile, JSON.stringify({ ...settings, ...change }));
    return await ask("install", { print: true, system: true });
  };
  t.regex(
    await refusal(t, asked({ dataDir: "/root/data", logs: { dir: "/root/log" } })),
    /dataDir: \/var\/lib\/autod and logs: \{ dir: \/var\/lib\/autod\/log \}$/,
  );
  t.regex(
    await refusal(t, asked({ dataDir: "~/data", logs: { dir: "/srv/log" } })),
    /means other folders to a service of the system than to you/,
  );
  const { code, stdout } = await asked({ dataDir: "/srv/data", logs: { dir: "/srv/log" } });
  t.is(code, 0);
  t.true(stdout.includes("\nLoadCredential=openai-api-key:/etc/autod/openai-api-key\n"));
  t.true(stdout.includes(`\nReadWritePaths=-/srv/data -/srv/log -${home.folder}\n`));
});
