import { readFileSync } from "node:fs";

/** Megabytes of memory that a process holds, now and at most since it began; Linux only. */
export interface Resident {
  readonly now: number;
  readonly most: number;
}

export function residentOf(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return { now: megabytes(status, "VmRSS"), most: megabytes(status, "VmHWM") };
}

/** The children of a process that are there now; Linux only. */
export const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

const megabytes = (status: string, name: string): number =>
  (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1_024) / 1e6;
