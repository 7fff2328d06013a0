import { z } from "zod";
import type { Logger } from "pino";
import { AutodError } from "../errors.ts";
import {
  applyReading,
  isOf,
  rereadDocument,
  type Rereading,
  rereading,
} from "../intake/deeds/reread.ts";
import { formatAmount } from "../money/amount.ts";
import type { Profile } from "../openai/profile.ts";
import type { Shift } from "../shift.ts";
import type { Holds } from "../store/holds.ts";
import type { DocumentRecord } from "../store/record.ts";
import { findByPrefix, type Store } from "../store/store.ts";

/** A document that is to be read once more, and by which profile; null: by that which read it. */
export const rerunWish = z.strictObject({ id: z.string(), profile: z.string().nullable() });

/** What reading a document once more would cost, or why it can't be. */
export const offer = z.object({
  id: z.string(),
  profile: z.string(),
  /** Whether it was read so before, and would cost nothing. */
  isThere: z.boolean(),
  costUsd: z.string(),
  upperCostUsd: z.string(),
  /** What speaks against it; null where nothing does. */
  message: z.string().nullable(),
});

/** What came of it. */
export const rerunOutcome = rereading.extend({
  /** Where its file stands now that it is applied; null where it isn't. */
  path: z.string().nullable(),
});

export type RerunWish = z.infer<typeof rerunWish>;
export type Offer = z.infer<typeof offer>;
export type RerunOutcome = z.infer<typeof rerunOutcome>;

/** Has filed documents read once more. */
export interface Reruns {
  /** Says what it would cost, and sends nothing. Throws UNKNOWN_DOCUMENT or ARGUMENT_INVALID. */
  readonly offer: (wish: RerunWish) => Promise<Offer>;
  /** Reads it, and with `apply` takes what was read for what is known; throws the same, and rejects when stopped. */
  readonly read: (wish: RerunWish & { readonly apply: boolean }) => Promise<RerunOutcome>;
}

export interface RerunsSettings {
  readonly store: Store;
  readonly holds: Holds;
  /** Who works now. */
  readonly shift: () => Shift;
  readonly heed: (record: DocumentRecord) => void;
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal;
  readonly log: Logger;
}

export function openReruns({ store, holds, shift, heed, ...context }: RerunsSettings): Reruns {
  const wanted = ({ id, profile }: RerunWish) => {
    const record = findByPrefix([...store.all()], id);
    return { record, profile: profileFor(record, profile, shift().profiles) };
  };

  const read = async (record: DocumentRecord, profile: Profile) => {
    const { reader, during } = shift();
    if (reader.profileOf(profile.key)) {
      const reading = during(() => rereadDocument(record.sha256, profile, reader, context));
      return await reading.catch((error: unknown) => {
        throw context.signal.aborted ? ended(error) : error;
      });
    }
    const message = `server ${profile.settings.server} of profile ${profile.key} has no key here`;
    return refused(record, message);
  };

  const apply = async (sha256: string) => {
    using _ = await holds.take(sha256, context.signal);
    const record = store.find(sha256);
    if (!record) return null;
    const applied = await applyReading(record, shift().deciding);
    const { folder, id } = record;
    const { from, path } = applied;
    const about = { event: "document.rerun", folder, path, id, sha256, from };
    if (applied.verdict === "done") context.log.info(about, "document read again");
    return applied;
  };

  return {
    async offer(wish) {
      const { record, profile } = wanted(wish);
      const nothing = { id: record.id, profile: profile.key, costUsd: "0", upperCostUsd: "0" };
      if (isOf(record, profile)) return { ...nothing, isThere: true, message: null };
      if (record.status !== "archived" && record.status !== "review") {
        const message = `it is ${record.status}, and not filed`;
        return { ...nothing, isThere: false, message };
      }
      try {
        const { measure, billing } = shift();
        const measured = await measure(record.filedAs ?? "", profile);
        const { maxOutputTokens } = profile.settings;
        const { cost, upperCost } = billing.estimate({ ...measured, profile }, maxOutputTokens);
        const prices = { costUsd: formatAmount(cost), upperCostUsd: formatAmount(upperCost) };
        return { ...nothing, ...prices, isThere: false, message: null };
      } catch (error) {
        if (!(error instanceof Error) || !("code" in error)) throw error;
        return { ...nothing, isThere: false, message: error.message };
      }
    },

    async read(wish) {
      const { record, profile } = wanted(wish);
      const outcome = await read(record, profile);
      const applied = wish.apply && outcome.verdict === "read" ? await apply(record.sha256) : null;
      const now = store.find(record.sha256);
      if (now) heed(now);
      if (!applied) return { ...outcome, path: null };
      const { verdict, message, path } = applied;
      return verdict === "refused"
        ? { ...outcome, verdict, message, path: null }
        : { ...outcome, message, path };
    },
  };
}

const ended = (cause: unknown): AutodError =>
  new AutodError("DAEMON_GONE", "autod ends, and goes on with it at the next start", { cause });

const refused = ({ id }: DocumentRecord, message: string): Rereading => {
  return { id, verdict: "refused", message, costUsd: "0", checks: [], differences: [] };
};

/** The one that is named, else the one that read it; another in its place may send it where it must not go. */
function profileFor(
  record: DocumentRecord,
  named: string | null,
  profiles: ReadonlyMap<string, Profile>,
): Profile {
  const key = named ?? record.profile;
  const profile = profiles.get(key);
  if (profile) return profile;
  const message =
    named === null
      ? `document ${record.id} was read by profile ${key}, which is no longer configured`
      : `no profile is called ${key}`;
  throw new AutodError("ARGUMENT_INVALID", message, { hint: "Name another one with --profile." });
}
