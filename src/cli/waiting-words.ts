import type { DocumentRecord } from "../store/record.ts";
import { localTime } from "./local-time.ts";

type Reason = NonNullable<DocumentRecord["waiting"]>["reason"];

/**
 * What documents wait (for), and until when: "the account (KEY_REJECTED)", "to be tried again at 14:05"; of
 * several, the next one's time.
 */
export function waitingWords(
  reason: Reason,
  code: string | null,
  retryAt: string | null,
  several = false,
): string {
  const met = code === null ? "" : ` (${code})`;
  const at = retryAt === null ? null : localTime(retryAt);
  if (reason !== "retry") {
    return `${awaited[reason]}${met}${at === null ? "" : `, until ${at}`}`;
  }
  if (at === null) return `to be tried again at the next start${met}`;
  return `to be tried again${several ? ", the next" : ""} at ${at}${met}`;
}

const awaited = {
  budget: "the budget",
  account: "the account",
  offline: "its folder",
  disk: "the disk",
} as const satisfies Record<Exclude<Reason, "retry">, string>;
