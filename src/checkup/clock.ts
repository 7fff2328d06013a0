import { type Finding, warning, well } from "../intake/finding.ts";
import type { Records } from "./records.ts";

/** Milliseconds that a clock which is set right may jump back. */
const JUMP = 60_000;

/** Whether the clock is behind what was written already: the days that the budget counts would be wrong. */
export async function checkClock(records: Records, now = Date.now()): Promise<Finding> {
  let newest = "";
  for (const { updatedAt } of await records()) if (updatedAt > newest) newest = updatedAt;
  const ahead = newest === "" ? 0 : Date.parse(newest) - now;
  const hint = "Set the clock of this machine, and see to it that it is kept (as by NTP).";
  return ahead > JUMP
    ? warning("clock", `it is behind: a document was recorded at ${newest}`, hint)
    : well("clock", "nothing was recorded later than now");
}
