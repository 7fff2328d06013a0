import { join } from "node:path";
import { AutodError } from "../errors.ts";
import type { Call, Called } from "./call.ts";
import { confine } from "./confine.ts";
import {
  type CommandLine,
  type Plan,
  runWords,
  type Standing,
  type Supervisor,
} from "./supervisor.ts";
import { templateAt } from "./template.ts";
import { assignment, execLine, execWords, fillUnit, valueIn } from "./unit.ts";

/** Whose manager it is. */
interface Whose {
  readonly isSystem: boolean;
  readonly user: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly call: Call;
}

/** Where a service of the system finds its configuration and its keys. */
export const systemFolder = "/etc/autod";

/** systemd: the system's, or the user's own manager. */
export function openSystemd({ isSystem, user, home, env, call }: Whose): Supervisor {
  const scope = isSystem ? [] : ["--user"];
  const settings = env["XDG_CONFIG_HOME"] || join(home, ".config");
  const folder = isSystem ? "/etc/systemd/system" : join(settings, "systemd/user");
  const ask = async (...words: readonly string[]) =>
    answered(await call("systemctl", ...scope, ...words), isSystem, user);
  /** What it refuses to do is told with its own words. */
  const tell = async (...words: readonly string[]) => {
    const { code, stderr } = await ask(...words);
    if (code === 0) return;
    const [verb] = words;
    throw new AutodError(
      "SERVICE_REFUSED",
      `systemctl ${verb}: ${stderr.trim() || `exit ${code}`}`,
    );
  };
  const journal = (count: number): CommandLine => [
    "journalctl",
    ...scope,
    `--unit=${UNIT}`,
    `--lines=${count}`,
    "--no-pager",
  ];
  const standing = async () => standingIn((await ask("show", ...asked, UNIT)).stdout);

  return {
    kind: "systemd",
    isSystem,
    file: join(folder, UNIT),
    compose: isSystem ? systemUnit : userUnit,
    commandIn: (text) =>
      // As the template has it, which some copy by hand.
      execWords(valueIn(text, "ExecStart") ?? "").map((word) => word.replace(/^%h(?=\/)/, home)),
    async adopt() {
      await tell("daemon-reload");
      await tell("enable", UNIT);
    },
    async release() {
      await tell("disable", "--now", UNIT);
    },
    async forget() {
      await tell("daemon-reload");
      // What failed before is of no interest any more; most often there is nothing.
      await ask("reset-failed", UNIT);
    },
    async start() {
      // Who starts it by hand has mended what failed.
      await ask("reset-failed", UNIT);
      await ask("start", UNIT);
    },
    async restart() {
      await ask("reset-failed", UNIT);
      await ask("restart", UNIT);
    },
    stop: () => tell("stop", UNIT),
    standing,

    async lingers() {
      if (isSystem) return null;
      const { code, stdout, stderr } = await call(
        "loginctl",
        "show-user",
        user,
        "--property=Linger",
      );
      if (code === 0) return stdout.trim() === "Linger=yes";
      return /not logged in or lingering/.test(stderr) ? false : null;
    },

    logs: async (count, follow) => [...journal(count), ...(follow ? ["--follow"] : [])],
    complaints: journal,
  };
}

const UNIT = "autod.service";

async function systemUnit(plan: Plan): Promise<string> {
  const { program, user, environment, credentials } = plan;
  return fillUnit(await templateAt("systemd/autod.service"), {
    ExecStart: [execLine([program.node, program.main, ...runWords(plan)])],
    User: [user],
    Environment: environment,
    LoadCredential: credentials.map(
      (name) => `${name}-api-key:${join(systemFolder, `${name}-api-key`)}`,
    ),
    ...(await confine(plan)),
  });
}

async function userUnit(plan: Plan): Promise<string> {
  const { program, environment } = plan;
  return fillUnit(await templateAt("systemd/autod-user.service"), {
    ExecStart: [execLine([program.node, program.main, ...runWords(plan)])],
    Environment: environment,
  });
}

/** The variables of a service of the system: whose home `~` is, and where what the configuration leaves open lies. */
export const systemEnvironment = (home: string): string[] => [
  assignment("HOME", home),
  "XDG_CONFIG_HOME=/etc XDG_DATA_HOME=/var/lib XDG_STATE_HOME=/var/lib XDG_CACHE_HOME=/var/cache",
];

/** Those of a user's own: a shell may have set these where the manager hasn't, and defaults would be others. */
export const ownEnvironment = (env: NodeJS.ProcessEnv): string[] =>
  ["CONFIG", "DATA", "STATE", "CACHE"].flatMap((one) => {
    const name = `XDG_${one}_HOME`;
    return env[name] ? [assignment(name, env[name])] : [];
  });

/** Throws where there is no manager to ask. */
function answered(called: Called, isSystem: boolean, user: string): Called {
  if (called.code === null) {
    throw new AutodError("SERVICE_REFUSED", "there is no systemd here: systemctl is missing", {
      hint: "Have whatever starts programs on this machine start autod run.",
    });
  }
  const isThere = !/connect to .*bus|not been booted with systemd/i.test(called.stderr);
  if (called.code === 0 || isThere) return called;
  const why = called.stderr.trim().split("\n")[0] ?? "";
  const hint = isSystem
    ? "Have whatever starts programs on this machine, or in this container, start autod run."
    : `Log in as ${user} itself, not by su or sudo. Where nobody logs in: sudo loginctl enable-linger ${user}, or a service of the system: sudo autod service install --system.`;
  throw new AutodError("SERVICE_REFUSED", `systemd doesn't answer: ${why}`, { hint });
}

const asked = [
  "--timestamp=unix",
  "--property=ActiveState,UnitFileState,MainPID,NRestarts,StateChangeTimestamp,Result,ExecMainCode,ExecMainStatus,StatusText",
] as const;

function standingIn(shown: string): Standing {
  const said = new Map(
    shown.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const number = (key: string) => Number(said.get(key) ?? 0);
  const [, since] = /^@(\d+)$/.exec(said.get("StateChangeTimestamp") ?? "") ?? [];
  const result = said.get("Result") ?? "success";
  return {
    active: states[said.get("ActiveState") ?? ""] ?? "inactive",
    enabled: said.get("UnitFileState") === "enabled",
    since: since === undefined ? null : new Date(Number(since) * 1_000).toISOString(),
    pid: number("MainPID") || null,
    restarts: number("NRestarts"),
    ended:
      result === "success"
        ? null
        : `${result} (${number("ExecMainCode") === 1 ? "exit code" : "signal"} ${number("ExecMainStatus")})`,
    says: said.get("StatusText") || null,
  };
}

const states: Readonly<Record<string, Standing["active"]>> = {
  active: "active",
  reloading: "active",
  activating: "starting",
  deactivating: "stopping",
  failed: "failed",
};
