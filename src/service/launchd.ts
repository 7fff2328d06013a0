import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { AutodError } from "../errors.ts";
import type { Call } from "./call.ts";
import { fillPlist, readPlist } from "./plist.ts";
import { type Plan, runWords, type Standing, type Supervisor } from "./supervisor.ts";
import { templateAt } from "./template.ts";

/** Whose agent it is. */
interface Whose {
  readonly uid: number;
  readonly home: string;
  /** Where autod's own log files lie. */
  readonly logDir: () => Promise<string>;
  readonly call: Call;
}

/** The name that launchd knows autod by. */
const LABEL = "local.autod";

/** launchd: an agent of the user. */
export function openLaunchd({ uid, home, logDir, call }: Whose): Supervisor {
  const domain = `gui/${uid}`;
  const target = `${domain}/${LABEL}`;
  const file = join(home, "Library/LaunchAgents", `${LABEL}.plist`);
  const ask = async (...words: readonly string[]) => {
    const called = await call("launchctl", ...words);
    if (called.code !== null) return called;
    throw new AutodError("SERVICE_REFUSED", "there is no launchd here: launchctl is missing");
  };
  const isLoaded = async () => (await ask("print", target)).code === 0;
  const unload = async () => {
    if (await isLoaded()) await ask("bootout", target);
  };
  const load = async () => {
    // What was just put out may not be gone yet.
    for (let tries = 1; ; tries += 1) {
      const { code, stderr } = await ask("bootstrap", domain, file);
      if (code === 0) return;
      if (tries === TRIES) {
        throw new AutodError("SERVICE_REFUSED", `launchctl bootstrap: ${stderr.trim()}`);
      }
      await setTimeout(500);
    }
  };

  return {
    kind: "launchd",
    isSystem: false,
    file,
    compose: (plan) => agentOf(plan, home),
    commandIn: wordsIn,
    async adopt() {
      // launchd makes no folders for what is printed.
      await mkdir(join(home, PRINTED), { recursive: true });
      // It may have been switched off by hand once.
      await ask("enable", target);
    },
    release: unload,
    forget: async () => undefined,
    async start() {
      if (await isLoaded()) await ask("kickstart", target);
      else await load();
    },
    async restart() {
      await unload();
      await load();
    },
    stop: unload,

    async standing() {
      const { code, stdout } = await ask("print", target);
      return standingIn(stdout, code === 0);
    },

    lingers: async () => null,

    async logs(count, follow) {
      const folder = await logDir();
      const named = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".log"));
      const last = named.toSorted(byNumber).at(-1);
      if (last === undefined) {
        throw new AutodError("SERVICE_REFUSED", `there are no log files in ${folder} yet`, {
          hint: `What autod said before it could log stands in ${join(home, ERRORS)}.`,
        });
      }
      return ["tail", "-n", String(count), ...(follow ? ["-F"] : []), join(folder, last)];
    },

    // It may have ended before it could log.
    complaints: (count) => ["tail", "-n", String(count), join(home, ERRORS)],
  };
}

const TRIES = 10;
/** Where it prints to. */
const PRINTED = "Library/Logs/autod";
const ERRORS = `${PRINTED}/stderr.log`;

/** By day, and of a day the tenth after the ninth. */
const byNumber = new Intl.Collator("en", { numeric: true }).compare;

async function agentOf(plan: Plan, home: string): Promise<string> {
  const { program } = plan;
  return fillPlist(await templateAt("launchd/autod.plist"), {
    Label: LABEL,
    ProgramArguments: [program.node, program.main, ...runWords(plan), "--supervisor", "launchd"],
    StandardOutPath: join(home, PRINTED, "stdout.log"),
    StandardErrorPath: join(home, ERRORS),
  });
}

function wordsIn(text: string): readonly string[] {
  try {
    const words = readPlist(text)["ProgramArguments"];
    return Array.isArray(words) ? words.map(String) : [];
  } catch {
    return [];
  }
}

function standingIn(printed: string, isLoaded: boolean): Standing {
  const said = (key: string) => new RegExp(String.raw`^\s*${key} = (.*)$`, "m").exec(printed)?.[1];
  const pid = Number(said("pid")) || null;
  const runs = Number(said("runs"));
  const last = said("last exit code") ?? "0";
  const isWell = /^(?:0|\(never exited\))$/.test(last);
  return {
    active: pid !== null ? "active" : isWell || !isLoaded ? "inactive" : "failed",
    enabled: isLoaded,
    since: null,
    pid,
    restarts: runs > 0 ? runs - 1 : null,
    ended: isWell ? null : `exit code ${last}`,
    says: null,
  };
}
