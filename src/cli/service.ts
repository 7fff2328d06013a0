import { homely } from "../config/homely.ts";
import { AutodError } from "../errors.ts";
import { ownUser } from "../service/account.ts";
import { findingsIn } from "../service/checkup.ts";
import { relay } from "../service/logs.ts";
import type { Opened } from "../service/open.ts";
import { readInstalled, type ServiceState, stateOf } from "../service/state.ts";
import { uninstall, type Uninstallation } from "../service/uninstall.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { findingLines } from "./finding-lines.ts";
import { escapeText } from "./escape.ts";
import { localTime } from "./local-time.ts";
import { notOneOf } from "./option.ts";
import { aroundIn, isSystemic, openFor, requireRights } from "./service-for.ts";
import { installService, previewService } from "./service-install.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export const service: Command = {
  usage: "service <action>",
  summary: "Have systemd or launchd run autod: install, uninstall, start, stop, status, logs",
  options: [
    ["--system", "as a service of the system, which needs root; else your own"],
    ["--run-as <user>", `the user of a service of the system (${ownUser} if not given)`],
    ["--print", "install: print what would be written, and change nothing"],
    ["--follow", "logs: go on with what is said"],
    jsonOption,
  ],
  example: "autod service install",

  async run(invocation) {
    const [action = "nothing"] = invocation.args;
    const act = Object.entries(actions).find(([name]) => name === action)?.[1];
    if (!act) throw notOneOf("service", action, Object.keys(actions));
    return await act(invocation);
  },
};

const actions = {
  install: async (invocation: Invocation) =>
    await (invocation.options["print"] ? previewService : installService)(invocation),
  uninstall: uninstallIt,
  start: startIt,
  stop: stopIt,
  status: showIt,
  logs: showLogs,
} as const;

async function uninstallIt(invocation: Invocation): Promise<number> {
  requireRights(invocation);
  const { supervisor } = await openFor(invocation);
  const gone = await uninstall(supervisor, aroundIn(invocation));
  tell(invocation, gone, (terminal) => describeGone(gone, invocation, terminal));
  return exit.done;
}

function describeGone(
  { file, removed, kept }: Uninstallation,
  { cli }: Invocation,
  { width }: Terminal,
): string[] {
  const shown = (path: string) => escapeText(homely(path, cli.env));
  if (!removed) return wrap(`nothing to remove: there is no ${shown(file)}`, width, "");
  return [
    ...wrap(`stopped, and ${shown(file)} removed; all else stays:`, width, ""),
    ...kept.map((path) => `  ${shown(path)}`),
  ];
}

async function startIt(invocation: Invocation): Promise<number> {
  requireRights(invocation);
  const { supervisor } = await openFor(invocation);
  if ((await readInstalled(supervisor.file)) === null) throw notInstalled(invocation);
  await supervisor.start();
  return await showState(invocation, supervisor);
}

async function stopIt(invocation: Invocation): Promise<number> {
  requireRights(invocation);
  const { supervisor } = await openFor(invocation);
  if ((await readInstalled(supervisor.file)) === null) throw notInstalled(invocation);
  await supervisor.stop();
  const { terminal } = invocation.cli;
  terminal.print("stopped; what was in work is carried on at the next start");
  return exit.done;
}

const notInstalled = (invocation: Invocation): AutodError => {
  const flag = isSystemic(invocation) ? " --system" : "";
  return new AutodError("SERVICE_REFUSED", "no service is installed", {
    hint: `autod service install${flag} installs one; --system is for one of the system.`,
  });
};

/** Of the service that there is: the user's own first. */
async function openAny(invocation: Invocation): Promise<Opened> {
  const own = await openFor(invocation);
  if (own.supervisor.isSystem || own.supervisor.kind === "launchd") return own;
  const others = await openFor(invocation, true);
  const isOwn = (await readInstalled(own.supervisor.file)) !== null;
  const isOther = (await readInstalled(others.supervisor.file)) !== null;
  return !isOwn && isOther ? others : own;
}

async function showIt(invocation: Invocation): Promise<number> {
  const { supervisor } = await openAny(invocation);
  return await showState(invocation, supervisor);
}

async function showState(
  invocation: Invocation,
  supervisor: Opened["supervisor"],
): Promise<number> {
  const state = await stateOf(supervisor, aroundIn(invocation));
  tell(invocation, state, (terminal) => describeState(state, invocation, terminal));
  const isWell = findingsIn(state).every(({ state: how }) => how !== "fault");
  return state.installed && state.active === "active" && isWell ? exit.done : exit.unwell;
}

function describeState(state: ServiceState, { cli }: Invocation, terminal: Terminal): string[] {
  const { installed, file, configuration, since, pid, says } = state;
  const { style, width } = terminal;
  if (!installed) {
    return wrap("no service is installed; autod service install installs one", width, "");
  }
  const facts = [
    ["since", since === null ? null : localTime(since)],
    ["process", pid === null ? null : String(pid)],
    ["says", says],
    ["configuration", configuration === null ? null : homely(configuration, cli.env)],
    ["file", homely(file, cli.env)],
  ] as const;
  return [
    ...findingLines(findingsIn(state), terminal),
    ...facts.flatMap(([label, value]) =>
      value === null ? [] : [`  ${style("dim", label.padEnd(13))} ${escapeText(value)}`],
    ),
  ];
}

async function showLogs(invocation: Invocation): Promise<number> {
  const { options, cli } = invocation;
  const { supervisor } = await openAny(invocation);
  const command = await supervisor.logs(100, Boolean(options["follow"]));
  const code = await relay(command, cli.env, cli.terminal.output, cli.signal);
  return code === 0 ? exit.done : exit.unwell;
}
