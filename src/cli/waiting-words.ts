import type { DocumentRecord } from "../store/record.ts";
import { localTime } from "./local-time.ts";

type Reason = NonNullable<DocumentRecord["waiting"]>["reason"];

/** What documents wait (for), and until when: "the account (KEY_REJECTED)", "to be tried again at 14:05". */
export function waitingWords(...wait: Parameters<typeof briefly>): string {
  const [reason] = wait;
  return reason === "retry" ? `to be tried ${briefly(...wait)}` : briefly(...wait);
}

/** The same where there is little room: "again at 14:05"; of several documents, the next one's time. */
export function briefly(
  reason: Reason,
  code: string | null,
  retryAt: string | null,
  several = false,
  now = new Date(),
): string {
  // Of the budget the code says nothing new.
  const met = code === null || reason === "budget" ? "" : ` (${code})`;
  const at = retryAt === null ? null : localTime(retryAt, now);
  if (reason !== "retry") return `${awaited[reason]}${met}${at === null ? "" : `, until ${at}`}`;
  if (at === null) return `again at the next start${met}`;
  const isDue = Date.parse(retryAt ?? "") <= now.getTime();
  if (isDue) return `again, due since ${at}${met}`;
  return `again${several ? ", the next" : ""} at ${at}${met}`;
}

const awaited = {
  budget: "the budget",
  account: "the account",
  offline: "its folder",
  disk: "the disk",
} as const satisfies Record<Exclude<Reason, "retry">, string>;
