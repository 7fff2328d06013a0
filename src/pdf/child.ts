import { Worker } from "node:worker_threads";
import { inspectPdf, textOfPdf } from "./look.ts";
import { startPdfium } from "./pdfium.ts";

/** What the parent asks; one at a time. */
export interface Question {
  readonly ask: "inspect" | "text";
  readonly path: string;
}

/** Runs as a process of its own, so that a hostile PDF costs itself and nothing else. */
const pdfium = await startPdfium();
guardMemory(Number(process.argv[2]));
process.on("message", ({ ask, path }: Question) => {
  process.send?.(ask === "inspect" ? inspectPdf(pdfium, path) : textOfPdf(pdfium, path));
});
process.send?.("ready");

/**
 * Ends this process at once when it holds more than `limit` bytes. A thread watches, because the main one is
 * inside PDFium then; and a worker's own limits wouldn't do, for they don't count PDFium's memory.
 */
function guardMemory(limit: number): void {
  const watch = `setInterval(() => {
    if (process.memoryUsage.rss() > ${limit}) process.kill(process.pid, "SIGKILL");
  }, 20)`;
  new Worker(watch, { eval: true, stdin: false }).unref();
}
