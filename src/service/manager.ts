import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The service manager that started this process, as systemd is told of a service; nobody is told where there is none. */
export interface Manager extends AsyncDisposable {
  /** All is up, also after `reloading`. */
  readonly ready: (status: string) => Promise<void>;
  readonly reloading: () => Promise<void>;
  readonly stopping: () => Promise<void>;
  /** What a person reads in `systemctl status`, in one line. */
  readonly status: (text: string) => Promise<void>;
  /**
   * Tells again and again that this event loop turns, each time only once `alive` resolved, and what `status`
   * says then. Where `alive` hangs or rejects nothing is told, and the manager ends the process. Disposed, it ends.
   */
  readonly watch: (alive: () => Promise<void>, status: () => string) => Disposable;
}

/**
 * Opens the way to the manager that `env` names; one message after the other, none of them ever fails.
 * `onFailed` is told of the first that could not be sent. Disposing waits for what is being sent.
 *
 * Node has no sockets of datagrams, so `systemd-notify` sends them: the unit must accept those of a child
 * (NotifyAccess=all).
 */
export function openManager(
  env: NodeJS.ProcessEnv,
  onFailed: (error: unknown) => void = () => undefined,
): Manager {
  let sending = Promise.resolve();
  let hasFailed = false;

  const send = (...assignments: readonly string[]): Promise<void> => {
    if (!env["NOTIFY_SOCKET"]) return sending;
    sending = sending.then(async () => {
      try {
        await notify(assignments, env);
      } catch (error) {
        if (!hasFailed) onFailed(error);
        hasFailed = true;
      }
    });
    return sending;
  };

  return {
    ready: (status) => send("READY=1", statusOf(status)),
    // Some types of services want to know since when.
    reloading: () => send("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`),
    stopping: () => send("STOPPING=1"),
    status: (text) => send(statusOf(text)),

    watch(alive, status) {
      const { every, ping } = rhythmOf(env);
      let timer: NodeJS.Timeout | undefined;
      let isOver = !env["NOTIFY_SOCKET"];
      const beat = async () => {
        try {
          await alive();
          if (!isOver) await send(...ping, statusOf(status()));
        } catch {
          // Nothing is told then.
        }
        later();
      };
      const later = () => {
        if (isOver) return;
        timer = setTimeout(() => void beat(), every);
        timer.unref();
      };
      later();
      return {
        [Symbol.dispose]() {
          isOver = true;
          clearTimeout(timer);
        },
      };
    },

    [Symbol.asyncDispose]: () => sending,
  };
}

/** How often something is told, in milliseconds, and what the watchdog waits for. */
function rhythmOf({ WATCHDOG_USEC: usual, WATCHDOG_PID: whose }: NodeJS.ProcessEnv) {
  const every = Math.floor(Number(usual) / 1_000 / 3);
  // Of what only inherited these variables the manager expects nothing; the parent may be a wrapper of ours.
  const isOurs = whose === undefined || [process.pid, process.ppid].includes(Number(whose));
  return every > 0 && isOurs ? { every, ping: ["WATCHDOG=1"] } : { every: 30_000, ping: [] };
}

/** A line of its own would be a message of its own; and nobody reads more than a line. */
const statusOf = (text: string): string =>
  `STATUS=${text.replaceAll(/\p{Cc}+/gv, " ").slice(0, 500)}`;

async function notify(
  assignments: readonly string[],
  { NOTIFY_SOCKET, PATH = "" }: NodeJS.ProcessEnv,
): Promise<void> {
  await promisify(execFile)("systemd-notify", assignments, {
    env: { NOTIFY_SOCKET, PATH: `/usr/bin:/bin:${PATH}` },
    timeout: 10_000,
  });
}
