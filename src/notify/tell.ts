import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { isErrno, reasonIn } from "../errors.ts";
import { escapeJson } from "../unseen.ts";
import type { Notification } from "./notification.ts";

/** Why a person could not be told. */
export interface Failure {
  /** What is the same each time, whatever the command says about it. */
  readonly cause: string;
  readonly message: string;
}

export interface Telling {
  /** What autod was started with; keys, and what is between autod and its supervisor, are kept back. */
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds that the command may take. */
  readonly most: number;
  /** Milliseconds between asking it to end and ending it. */
  readonly grace: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
  /** Whether anybody will be there to hear what it has to say against it. */
  readonly isHeard?: boolean;
}

/**
 * Runs the command with a notification on its input: null where it ended well, else why it didn't. Never rejects.
 *
 * It runs, and has its input, before anything is waited for: so a process that ends the next moment has told what
 * it had to.
 */
export async function tell(
  command: readonly string[],
  notification: Notification,
  telling: Telling,
): Promise<Failure | null> {
  const [program = "", ...words] = command;
  const { env, isHeard = true } = telling;
  let child: ChildProcess;
  try {
    child = spawn(program, words, {
      env: environmentOf(notification, env),
      stdio: ["pipe", "ignore", isHeard ? "pipe" : "ignore"],
      // A group of its own: what it starts in turn is ended with it.
      detached: true,
    });
  } catch (error) {
    return unstarted(program, error);
  }
  // Nobody has to read it.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(`${escapeJson(JSON.stringify(notification))}\n`);
  const beginning = beginningOf(child);
  const { code, killer, cut, error } = await endOf(child, telling);
  if (error) return unstarted(program, error);
  const said = await beginning();
  if (code === 0 && cut === null) return null;
  const cause = cut ?? (killer === null ? `it ended with ${code}` : `it was ended by ${killer}`);
  return { cause, message: `${program}: ${cause}${said === "" ? "" : `: ${said}`}` };
}

const environmentOf = ({ title, text }: Notification, env: NodeJS.ProcessEnv) => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !isKeptBack(name))),
  AUTOD_TITLE: title,
  AUTOD_TEXT: text,
});

const isKeptBack = (name: string): boolean =>
  /^(?:OPENAI_|WATCHDOG_)|^(?:CREDENTIALS_DIRECTORY|NOTIFY_SOCKET)$/.test(name);

/** What it writes to its error stream first, once it has ended: nobody waits for what it left behind. */
function beginningOf({ stderr }: ChildProcess): () => Promise<string> {
  let said = "";
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (said.length < MOST_SAID) said += text;
  });
  return async () => {
    if (stderr && !stderr.closed)
      await Promise.race([once(stderr, "close"), pause(LAST_WORDS, undefined, { ref: false })]);
    stderr?.destroy();
    return said.trim().slice(0, MOST_SAID);
  };
}

/** Characters. */
const MOST_SAID = 500;
/** Milliseconds that its last words may take. */
const LAST_WORDS = 200;

interface End {
  readonly code: number | null;
  readonly killer: NodeJS.Signals | null;
  /** Why it was ended by us; null where it wasn't. */
  readonly cut: string | null;
  /** Where it never began. */
  readonly error?: unknown;
}

async function endOf(child: ChildProcess, { most, grace, signal }: Telling): Promise<End> {
  let cut: string | null = null;
  const end = (why: string, how: NodeJS.Signals) => {
    cut ??= why;
    killAll(child, how);
  };
  const late = `it took more than ${most / 1_000} s`;
  const timers = [
    setTimeout(() => end(late, "SIGTERM"), most).unref(),
    setTimeout(() => end(late, "SIGKILL"), most + grace).unref(),
  ];
  const stop = () => end("autod ended meanwhile", "SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const [code, killer] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return { code, killer, cut };
  } catch (error) {
    return { code: null, killer: null, cut, error };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    // What it had started in turn.
    if (cut !== null) killAll(child, "SIGKILL");
  }
}

function killAll({ pid }: ChildProcess, how: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, how);
  } catch (error) {
    // There is nobody left.
    if (!isErrno(error, "ESRCH", "EPERM")) throw error;
  }
}

function unstarted(program: string, error: unknown): Failure {
  const cause = isErrno(error, "ENOENT")
    ? "there is no such program"
    : isErrno(error, "EACCES")
      ? "it is no program that may be executed"
      : reasonIn(error);
  return { cause, message: `${program} can't be run: ${cause}` };
}
