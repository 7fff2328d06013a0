import { homedir } from "node:os";
import { homely } from "../config/homely.ts";
import { loadConfig } from "../config/load.ts";
import { requirePasswords } from "../config/passwords.ts";
import { newPlaces } from "../config/places.ts";
import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { well } from "../intake/finding.ts";
import { findAccount, ownHome, ownUser, requireAccount } from "../service/account.ts";
import { type Installation, install } from "../service/install.ts";
import { depositKeys, keepKey, withKeys } from "../service/keys.ts";
import type { Opened } from "../service/open.ts";
import { configurationIn, userIn } from "../service/plan.ts";
import { lastingProgram, type Program } from "../service/program.ts";
import { giveFolders, requireReadable } from "../service/rights.ts";
import { readInstalled } from "../service/state.ts";
import { requireSystemic } from "../service/systemic.ts";
import { ownEnvironment, systemEnvironment, systemFolder } from "../service/systemd.ts";
import { ask } from "../socket/ask.ts";
import { daemonState } from "../state.ts";
import { isHeld } from "../store/lock.ts";
import { text } from "./choices.ts";
import { exit, type Invocation, tell } from "./command.ts";
import { findingLines } from "./finding-lines.ts";
import { escapeText } from "./escape.ts";
import { keysFor } from "./keys.ts";
import { aroundIn, openFor, requireRights } from "./service-for.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The configuration as who has this home finds it: of the system, or the user's own where it is null. Throws also
 * where this shell says something else than the file.
 */
async function configFor(
  { options, cli }: Invocation,
  home: string | null,
  installed: string | undefined,
): Promise<Config> {
  const { env } = cli;
  const besides = ["AUTOD_DATA_DIR", "AUTOD_LOG_LEVEL"].find((name) => env[name]);
  const said = options["dataDir"] === undefined ? besides : "--data-dir";
  if (said !== undefined) {
    throw new AutodError("ARGUMENT_INVALID", `a service knows nothing of ${said}`, {
      hint: "Write it into the configuration, and leave it out here.",
    });
  }
  const named = text(options["config"]) ?? (env["AUTOD_CONFIG"] || installed);
  return home === null
    ? await loadConfig({ flags: { config: named }, env: { HOME: env["HOME"] } })
    : await loadConfig({
        flags: { config: named ?? `${systemFolder}/autod.yaml` },
        env: { HOME: home },
      });
}

/** What is there already says what nobody says now: so an upgrade needs no more than the same again. */
const runAs = ({ options }: Invocation, installed: string): string =>
  text(options["runAs"]) ?? userIn(installed) ?? ownUser;

/** Prints what would be written. */
export async function previewService(invocation: Invocation): Promise<number> {
  const { supervisor, call } = await openFor(invocation);
  const installed = (await readInstalled(supervisor.file)) ?? "";
  const { node, env } = aroundIn(invocation);
  const user = runAs(invocation, installed);
  const home = supervisor.isSystem ? ((await findAccount(user, call))?.home ?? ownHome) : null;
  const named = configurationIn(supervisor.commandIn(installed));
  const config = await (home === null
    ? configFor(invocation, null, named)
    : systemConfig(invocation, home, named));
  const plan = {
    program: await lastingProgram(node, env),
    config,
    user,
    environment: home === null ? ownEnvironment(env) : systemEnvironment(home),
    credentials: withKeys(config),
  };
  invocation.cli.terminal.print((await supervisor.compose(plan)).trimEnd());
  return exit.done;
}

/** Installs a service, or mends the one that is there. */
export async function installService(invocation: Invocation): Promise<number> {
  requireRights(invocation);
  const { supervisor, call } = await openFor(invocation);
  // Whether it answers, before anything is made for it.
  const { active } = await supervisor.standing();
  const installed = (await readInstalled(supervisor.file)) ?? "";
  const { node, env } = aroundIn(invocation);
  const program = await lastingProgram(node, env);
  const named = configurationIn(supervisor.commandIn(installed));
  const user = runAs(invocation, installed);
  const prepared = await (supervisor.isSystem
    ? prepareSystem(invocation, { call, program, named, user })
    : prepareOwn(invocation, named));
  const { config, environment, keys, findings } = prepared;
  const plan = { program, config, user, environment, credentials: withKeys(config) };
  // Two would be in each other's way, and the manager would try again and again.
  if (active !== "active" && isHeld(config.dataDir)) {
    throw new AutodError("STORE_LOCKED", `an autod works with ${config.dataDir} already`, {
      hint: "Stop it, then run this again.",
    });
  }
  const running = await ask(config.socket, "/v1/state", daemonState);
  const isOld = running !== null && running.version !== invocation.cli.version;
  const isRenewed = isOld || keys.length > 0;
  // Until every folder is watched, which a slow share may keep waiting.
  if (invocation.cli.terminal.screen) invocation.cli.terminal.note("starting autod …");
  const done = await install(plan, supervisor, { config, call, isRenewed });
  const report = { ...done, keys, findings: [...findings, ...done.findings] };
  tell(invocation, report, (terminal) => describeInstalled(report, invocation, terminal));
  const isWell = report.findings.every(({ state }) => state !== "fault");
  return isWell ? exit.done : exit.unwell;
}

async function prepareOwn(invocation: Invocation, named: string | undefined) {
  const { env } = invocation.cli;
  const config = await configFor(invocation, null, named);
  await requirePasswords(config);
  const keys = await keysFor(config, profilesOf(config), env);
  const kept = await keepKey(keys, config.servers.openai, newPlaces(undefined, env).keyFile);
  return {
    config,
    environment: ownEnvironment(env),
    keys: kept === null ? [] : [kept],
    findings: [],
  };
}

interface SystemChoices {
  readonly call: Opened["call"];
  readonly program: Program;
  readonly named: string | undefined;
  readonly user: string;
}

async function prepareSystem(
  invocation: Invocation,
  { call, program, named, user }: SystemChoices,
) {
  const { env } = invocation.cli;
  const known = await findAccount(user, call);
  const config = await systemConfig(invocation, known?.home ?? ownHome, named);
  await requirePasswords(config);
  // A key may lie in the home of who installs it; what was handed over before is what the service goes on with.
  const { servers } = await configFor(invocation, env["HOME"] || homedir(), named);
  const keys = await keysFor({ ...config, servers }, profilesOf(config), {
    ...env,
    CREDENTIALS_DIRECTORY: systemFolder,
  });
  const account = await requireAccount(user, call);
  const saved = await depositKeys(keys, systemFolder);
  await requireReadable(config, program, account);
  const findings = await giveFolders(config, account);
  return { config, environment: systemEnvironment(account.home), keys: saved, findings };
}

/** A configuration that is the same to the service as to who installs it. */
async function systemConfig(
  invocation: Invocation,
  home: string,
  named: string | undefined,
): Promise<Config> {
  const config = await configFor(invocation, home, named);
  const own = invocation.cli.env["HOME"] || homedir();
  requireSystemic(config, await configFor(invocation, own, named));
  return config;
}

const profilesOf = ({ folders }: Config): string[] => folders.map(({ profile }) => profile);

function describeInstalled(
  { manager, file, wrote, did, keys, findings, standing, lastLines }: Installation,
  { cli }: Invocation,
  terminal: Terminal,
): string[] {
  const shown = homely(file, cli.env);
  const done = did === "nothing" ? "nothing changed: it runs" : did;
  const words = `${done} under ${manager}, by ${shown}${wrote && did !== "nothing" ? " (written)" : ""}`;
  const all = [
    ...(standing.active === "active" ? [well("service", words)] : []),
    ...keys.map((path) => well("API key", `saved in ${homely(path, cli.env)}`)),
    ...findings,
  ];
  return [
    ...findingLines(all, terminal),
    ...lastLines.map((line) => terminal.style("dim", `  ${escapeText(line)}`)),
  ];
}
