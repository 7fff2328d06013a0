import { z } from "zod";
import { notifyState } from "./notify/state.ts";

/** What a running autod says of itself. */
export const daemonState = z.object({
  version: z.string(),
  pid: z.int(),
  startedAt: z.iso.datetime(),
  /** Since when nothing new is taken, because a person wants it so; null where it is not so. */
  pausedSince: z.iso.datetime().nullable(),
  settings: z.object({
    file: z.string(),
    /** When those that are in force were read. */
    readAt: z.iso.datetime(),
    /** Why what the file says now is not in force; null where nothing was refused. */
    refused: z.object({ at: z.iso.datetime(), message: z.string() }).nullable(),
    /** Those that were changed since, and count from the next start. */
    later: z.array(z.string()),
  }),
  /** Documents that are worked on still by settings that were in force before. */
  leaving: z.int(),
  /** How telling a person went; null where nobody is told. */
  notify: notifyState.nullable(),
});

export type DaemonState = z.infer<typeof daemonState>;

/** What came of reading the settings anew. */
export const reloaded = z.object({
  file: z.string(),
  folders: z.array(z.string()),
  later: z.array(z.string()),
  leaving: z.int(),
});

export type Reloaded = z.infer<typeof reloaded>;
