import { type Finding, warning, well } from "../intake/finding.ts";
import type { DaemonState } from "../state.ts";

const about = "autod";

/** What a look from outside says of the running autod. */
export interface Running {
  /** Whether one works with this dataDir. */
  readonly isHeld: boolean;
  /** What it says of itself; null where none answers. */
  readonly state: DaemonState | null;
  readonly pausedSince: string | null;
  /** Of this autod. */
  readonly version: string;
}

/** Whether autod is running, by what, and whether anything keeps it from working as it is told. */
export function checkRunning({ isHeld, state, pausedSince, version }: Running): readonly Finding[] {
  return [
    ...presence(isHeld, state, version),
    ...(pausedSince === null
      ? []
      : [warning(about, `is paused since ${shown(pausedSince)}`, "autod resume ends the pause.")]),
    ...settings(state),
  ];
}

function presence(isHeld: boolean, state: DaemonState | null, version: string): Finding[] {
  if (!isHeld) {
    return [well(about, "is not running; autod run starts it, or autod service install")];
  }
  if (!state) {
    const hint = "It may be starting, ending or very busy; autod status says more.";
    return [warning(about, "is running, but doesn't answer", hint)];
  }
  if (state.version !== version) {
    const message = `is running as version ${state.version}, and this is ${version}`;
    return [
      warning(about, message, "autod service install mends the service, and starts it anew."),
    ];
  }
  return [well(about, `is running since ${shown(state.startedAt)} (process ${state.pid})`)];
}

/** As people write it there: "2026-01-15 17:30". */
const shown = (time: string): string => new Date(time).toLocaleString("sv").slice(0, 16);

function settings(state: DaemonState | null): Finding[] {
  const { refused, later } = state?.settings ?? { refused: null, later: [] };
  const wrong =
    refused &&
    warning(
      about,
      `what the configuration says now is not in force: ${refused.message}`,
      "Mend it; then autod reload.",
    );
  const waiting =
    later.length === 0
      ? null
      : warning(about, `${later.join(", ")}: in force from the next start on`, "Start autod anew.");
  return [wrong, waiting].filter((one) => one !== null);
}
