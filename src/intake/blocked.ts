import { z } from "zod";
import { type ErrorCode, errorCodes, scopeOf } from "../errors.ts";
import type { Profile } from "../openai/profile.ts";
import type { DocumentRecord } from "../store/record.ts";

/** Trouble with the account that keeps all documents of a server or a profile waiting. */
export const block = z.object({
  scope: z.enum(["server", "profile"]),
  /** The server's or the profile's name in the configuration. */
  name: z.string(),
  code: z.enum(Object.keys(errorCodes) as ErrorCode[]),
  /** What was said to the last of the documents. */
  message: z.string(),
  hint: z.string(),
  since: z.iso.datetime(),
  /** How many wait for its end. */
  documents: z.int(),
});

export type Block = z.infer<typeof block>;

/** What of a profile tells which block concerns it. */
export type Reader = Pick<Profile, "revision"> & {
  readonly settings: Pick<Profile["settings"], "server">;
};

/**
 * The blocks that the waiting documents met, the oldest first.
 *
 * What a profile was blocked for says nothing any more once the profile was changed, or is gone.
 */
export function blocksIn(
  records: Iterable<DocumentRecord>,
  profiles: ReadonlyMap<string, Reader>,
): Block[] {
  const blocks = new Map<string, Block>();
  const metBlocks = [...records].flatMap((record) => blockOf(record, profiles) ?? []);
  for (const met of metBlocks.toSorted((a, b) => a.since.localeCompare(b.since))) {
    const key = JSON.stringify([met.scope, met.name, met.code]);
    const { since, documents } = blocks.get(key) ?? { since: met.since, documents: 0 };
    blocks.set(key, { ...met, since, documents: documents + 1 });
  }
  return [...blocks.values()];
}

function blockOf(
  { waiting, error, profile: key, profileRevision }: DocumentRecord,
  profiles: ReadonlyMap<string, Reader>,
): Block | null {
  const profile = profiles.get(key);
  if (waiting?.reason !== "account" || !error || !profile || !isKnown(error.code)) return null;
  const { code, message, hint } = error;
  const scope = scopeOf(code);
  if (!scope || (scope === "profile" && profileRevision !== profile.revision)) return null;
  const name = scope === "server" ? profile.settings.server : key;
  return { scope, name, code, message, hint, since: waiting.since, documents: 1 };
}

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);
