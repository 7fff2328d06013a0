import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { AutodError } from "../errors.ts";
import type { Question, Trouble } from "./child.ts";
import type { Pieces } from "./copy.ts";
import type { Fault, Inspection, Opening } from "./look.ts";

export type { Inspection, Opening } from "./look.ts";

/** Looks into PDFs, in a process of its own. */
export interface Inspector extends AsyncDisposable {
  /**
   * Throws FILE_EMPTY, NOT_A_PDF, PDF_DAMAGED, PDF_PASSWORD or PDF_TOO_HARD; what the system says of the path
   * is passed on as it is.
   */
  readonly inspect: (path: string, opening?: Opening) => Promise<Inspection>;
  /** The text layer of each page that is sent, 4,000,000 characters at most; throws as `inspect` does. */
  readonly text: (path: string, opening?: Opening) => Promise<readonly string[]>;
  /**
   * What is sent of a PDF, as one that opens without a password: null where the file itself is that. Throws as
   * `inspect` does.
   */
  readonly copy: (path: string, opening: Opening) => Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * What a PDF says of itself under "Transcript", as a sample does that is only an image: nothing that a real
   * document is to be read by. Empty where it says nothing; throws as `inspect` does.
   */
  readonly transcript: (path: string) => Promise<string>;
  /** Tokens of a text that goes with documents. */
  readonly tokens: (text: string) => Promise<number>;
}

export interface InspectorOptions {
  /** Milliseconds that one document may take. */
  readonly timeout?: number;
  /** Bytes that the process may hold. */
  readonly memory?: number;
  /** Milliseconds without work after which the process is ended. */
  readonly idle?: number;
  /** Once aborted it looks into nothing any more: what is asked, and what was, rejects with its reason. */
  readonly signal?: AbortSignal;
}

const sentences: Readonly<Record<Fault, string>> = {
  FILE_EMPTY: "the file is empty",
  NOT_A_PDF: "the file is no PDF: %PDF- is not within its first 1,024 bytes",
  PDF_DAMAGED: "the PDF is damaged and can't be opened",
  PDF_PASSWORD: "the PDF needs a password",
};

/** An inspector that starts its process when it is needed, and keeps it warm. */
export function startInspector(options: InspectorOptions = {}): Inspector {
  const { timeout = 20_000, memory = 400_000_000, idle = 30_000, signal } = options;
  let child: ChildProcess | null = null;
  let rest: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const end = async (how: "asked" | "killed") => {
    clearTimeout(rest);
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    ending.ref();
    const exit = once(ending, "exit");
    // One that has just died can't be asked.
    if (how === "asked" && ending.connected) ending.disconnect();
    else ending.kill("SIGKILL");
    await exit;
  };

  const answer = async (question: Question): Promise<unknown> => {
    signal?.throwIfAborted();
    clearTimeout(rest);
    const fresh = child === null;
    try {
      child ??= await startChild(memory);
      return await askChild(child, question, timeout, signal);
    } catch (error) {
      await end("killed");
      if (fresh || signal?.aborted) throw error;
    } finally {
      rest = setTimeout(() => void end("asked"), idle).unref();
    }
    // It may have been full of earlier documents, or dead: only a fresh process speaks against this one.
    return await answer(question);
  };

  /** One question at a time, for a limit that is passed must tell which document passed it. */
  const ask = async (question: Question): Promise<unknown> => {
    const turn = last.then(() => answer(question));
    last = turn.catch(() => undefined);
    const result = await turn;
    if (typeof result !== "string") return result;
    const fault = result as Fault;
    throw new AutodError(fault, sentences[fault]);
  };

  return {
    inspect: async (path, opening = {}) =>
      (await ask({ ask: "inspect", of: path, opening })) as Inspection,
    text: async (path, opening = {}) =>
      (await ask({ ask: "text", of: path, opening })) as readonly string[],
    async copy(path, opening) {
      const pieces = (await ask({ ask: "copy", of: path, opening })) as Pieces;
      return pieces.length > 0 ? Buffer.concat(pieces) : null;
    },
    transcript: async (path) => ((await ask({ ask: "transcript", of: path })) as [string])[0],
    tokens: async (text) => ((await ask({ ask: "tokens", of: text })) as [number])[0],
    [Symbol.asyncDispose]: async () => {
      await last;
      await end("asked");
    },
  };
}

async function startChild(memory: number): Promise<ChildProcess> {
  // The sources run as they are; once built, the neighbour is JavaScript too.
  const script = new URL(`./child${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(script), [String(memory)], {
    // Nor a debugger for whoever sends it a signal.
    execArgv: ["--disable-sigusr1"],
    // Ctrl+C is for autod: it tells all in its group, and what is half looked into would seem too hard.
    detached: true,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (first !== "ready") throw new Error(`the PDF inspector did not start (${String(first)})`);
  // Its pipe alone must not keep autod alive.
  child.unref();
  child.channel?.unref();
  return child;
}

async function askChild(
  child: ChildProcess,
  question: Question,
  timeout: number,
  stop?: AbortSignal,
): Promise<unknown> {
  stop?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<object | string>();
  const onExit = () => reject(tooHard("memory"));
  const onStop = () => reject(stop?.reason);
  const timer = setTimeout(() => reject(tooHard("time")), timeout);
  child.once("message", resolve).once("exit", onExit).once("error", reject);
  stop?.addEventListener("abort", onStop);
  child.channel?.ref();
  try {
    child.send(question);
    return heard(await promise);
  } finally {
    clearTimeout(timer);
    child.off("message", resolve).off("exit", onExit).off("error", reject);
    stop?.removeEventListener("abort", onStop);
    child.channel?.unref();
  }
}

function heard(message: object | string): unknown {
  if (typeof message === "string" || !("errno" in message)) return message;
  const { errno, message: words } = message as Trouble;
  throw Object.assign(new Error(words), { code: errno });
}

const tooHard = (what: "memory" | "time"): AutodError =>
  new AutodError("PDF_TOO_HARD", `looking into the PDF took too much ${what}`);
