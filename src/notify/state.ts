import { z } from "zod";

/** How telling people went since the start. */
export const notifyState = z.object({
  /** Notifications whose command ended well. */
  sent: z.int(),
  /** Those whose command could not be run, ended otherwise, or took too long. */
  failed: z.int(),
  /** Those that were left out, for there were too many. */
  dropped: z.int(),
  lastSentAt: z.iso.datetime().nullable(),
  lastFailure: z.object({ at: z.iso.datetime(), message: z.string() }).nullable(),
});

export type NotifyState = Readonly<z.infer<typeof notifyState>>;
