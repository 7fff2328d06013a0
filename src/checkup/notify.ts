import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Finding, fault, warning, well } from "../intake/finding.ts";
import { tryToTell } from "../notify/notifier.ts";
import type { NotifyState } from "../notify/state.ts";

const about = "notify";

/**
 * Whether the command that tells a person is there, and how it fared. `state` is what the running autod says of it;
 * null where none does.
 */
export async function notifyFindings(
  command: readonly string[] | null,
  state: NotifyState | null,
  env: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  if (command === null) return [well(about, "nothing is run when a person is needed")];
  const [program = ""] = command;
  if (!(await isThere(program, env["PATH"] ?? ""))) {
    const hint = "Write its whole path: no shell reads it, so neither ~ nor an alias is known.";
    return [fault(about, `there is no program ${program} that may be run`, hint)];
  }
  const failure = state?.lastFailure ?? null;
  if (failure && failure.at > (state?.lastSentAt ?? "")) {
    const hint = "autod doctor --notify tries it.";
    return [warning(about, `the last notification failed: ${failure.message}`, hint)];
  }
  const dropped = state?.dropped ?? 0;
  const counts = state === null ? "" : `, ${state.sent} sent`;
  const lost = dropped === 0 ? "" : `, ${dropped} left out for there were too many`;
  return [well(about, `${program} is there${counts}${lost}`)];
}

/** Tells a person that this is a test. */
export async function tryNotify(
  command: readonly string[] | null,
  how: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  if (command === null) {
    const hint = "Set notify.command in the configuration; docs/notify.md has some to copy.";
    return [fault(about, "there is no command to try: notify isn't set", hint)];
  }
  const found = await notifyFindings(command, null, how.env);
  if (found.some(({ state }) => state === "fault")) return found;
  const failure = await tryToTell(command, how);
  if (failure) {
    return [fault(about, failure.message, "Run it by hand, as the user that autod runs as.")];
  }
  return [well(about, `${command[0]} was run, and ended well: see whether it reached you`)];
}

/** As the system looks for it. */
async function isThere(program: string, path: string): Promise<boolean> {
  const places = program.includes("/") ? [""] : path.split(delimiter);
  for (const place of places) if (await isProgram(join(place, program))) return true;
  return false;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
