import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The ids of the running processes that look into PDFs and may hold this many bytes. */
export async function inspecting(memory: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,args="]);
  return stdout
    .split("\n")
    .filter((line) => line.includes("/child.ts ") && line.trimEnd().endsWith(` ${memory}`))
    .map((line) => Number.parseInt(line, 10));
}

/** The group of processes that a process is in. */
export async function groupOf(id: number): Promise<number> {
  const { stdout } = await run("ps", ["-o", "pgid=", "-p", String(id)]);
  return Number(stdout);
}

/** Waits until no such process is left. */
export async function untilNoneInspects(memory: number): Promise<void> {
  while ((await inspecting(memory)).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
