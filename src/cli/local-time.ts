import { dayOf } from "../money/window.ts";

/** An instant in local time, for eyes: "14:05" on the day of `now`, else "2026-11-22 14:05". */
export function localTime(instant: string, now = new Date()): string {
  const at = new Date(instant);
  const time = [at.getHours(), at.getMinutes()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
  return dayOf(at) === dayOf(now) ? time : `${dayOf(at)} ${time}`;
}
