import { openPause } from "../intake/pause.ts";
import { order } from "../socket/ask.ts";
import { daemonState } from "../state.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { holdStore } from "./hold.ts";
import { localTime } from "./local-time.ts";
import { wrap } from "./wrap.ts";

export const pause: Command = {
  usage: "pause",
  summary: "Take nothing new; what is in work is ended, and a restart changes nothing",
  options: [jsonOption],
  example: "autod pause",

  async run(invocation) {
    const { since, isRunning } = await set("pause", invocation);
    const whole = isRunning ? "what is in work is ended" : "it isn't running";
    tell(invocation, { pausedSince: since }, ({ width }) =>
      wrap(
        `autod is paused since ${since === null ? "now" : localTime(since)}; ${whole}. autod resume ends the pause.`,
        width,
        "",
      ),
    );
    return exit.done;
  },
};

export const resume: Command = {
  usage: "resume",
  summary: "Take files again after a pause",
  options: [jsonOption],
  example: "autod resume",

  async run(invocation) {
    const { isRunning } = await set("resume", invocation);
    tell(invocation, { pausedSince: null }, () => [
      isRunning ? "autod takes files again" : "autod is not paused; it isn't running",
    ]);
    return exit.done;
  },
};

/** By the autod that is running; where none is, for the next. */
async function set(
  action: "pause" | "resume",
  { cli }: Invocation,
): Promise<{ readonly since: string | null; readonly isRunning: boolean }> {
  const { socket, dataDir } = await cli.config();
  const path = `/v1/${action}`;
  const told = await order(socket, { path, body: null, shape: daemonState, signal: cli.signal });
  if (told) return { since: told.pausedSince, isRunning: true };
  using held = await holdStore(dataDir);
  const own = await openPause(held.path);
  await (action === "pause" ? own.begin() : own.end());
  return { since: own.since(), isRunning: false };
}
