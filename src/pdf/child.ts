import { Worker } from "node:worker_threads";
import {
  copyOfPdf,
  type Fault,
  type Inspection,
  inspectPdf,
  type Opening,
  textOfPdf,
  tokensOf,
  transcriptOfPdf,
} from "./look.ts";
import { startPdfium } from "./pdfium.ts";

/** What the parent asks; one at a time. */
export interface Question {
  readonly ask: keyof typeof asked;
  /** The path of a PDF; for `tokens` the text itself. */
  readonly of: string;
  readonly opening?: Opening;
}

/** What the system said of the file. */
export interface Trouble {
  readonly errno: string;
  readonly message: string;
}

const asked = {
  inspect: inspectPdf,
  text: textOfPdf,
  copy: copyOfPdf,
  transcript: transcriptOfPdf,
  tokens: tokensOf,
} as const;

/** Runs as a process of its own, so that a hostile PDF costs itself and nothing else. */
const pdfium = await startPdfium();
guard(Number(process.argv[2]));
// Whoever stops a service tells each of its processes; when this one ends is its parent's affair.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
process.on("message", (question: Question) => process.send?.(answer(question)));
process.send?.("ready");

function answer({
  ask,
  of,
  opening = {},
}: Question): Inspection | readonly (string | number | Uint8Array)[] | Fault | Trouble {
  try {
    return asked[ask](pdfium, of, opening);
  } catch (error) {
    // Of any other the process dies, for PDFium can't be relied on after it.
    if (!(error instanceof Error) || !("errno" in error)) throw error;
    const { code = "", message } = error as NodeJS.ErrnoException;
    return { errno: code, message };
  }
}

/**
 * Ends this process at once when it holds more than `limit` bytes, or when its parent is gone. A thread
 * watches, because the main one is inside PDFium then; and a worker's own limits wouldn't do, for they don't
 * count PDFium's memory.
 */
function guard(limit: number): void {
  const watch = `setInterval(() => {
    const alone = process.ppid !== ${process.ppid};
    if (alone || process.memoryUsage.rss() > ${limit}) process.kill(process.pid, "SIGKILL");
  }, 20)`;
  new Worker(watch, { eval: true, stdin: false }).unref();
}
