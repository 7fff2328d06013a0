import type { Logger } from "pino";
import { AutodError } from "../errors.ts";
import { loggable } from "../log.ts";
import type { Files } from "../openai/files.ts";
import type { Profile } from "../openai/profile.ts";
import type { Store } from "../store/store.ts";

export interface OrphanSettings {
  readonly store: Pick<Store, "all">;
  readonly profiles: Iterable<Profile>;
  readonly filesOf: (profile: Profile) => Pick<Files, "list" | "remove">;
  /** The SHA-256 of what is being uploaded: no record names these uploads yet. */
  readonly onItsWay: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * Deletes this installation's uploads that no record has any more: their ids were lost by a crash, or with an answer;
 * or the server kept what it was told to delete.
 *
 * Never fails; what can't be deleted now is by the next sweep, or expires.
 */
export async function sweepOrphans(settings: OrphanSettings): Promise<void> {
  const { store, profiles, signal, log } = settings;
  // Nothing was ever sent: there is nothing to look for, and nothing to load for it.
  if (store.all()[Symbol.iterator]().next().done) return;
  for (const profile of onePerServer(profiles)) {
    const { server } = profile.settings;
    try {
      await sweepServer(profile, settings);
    } catch (error) {
      if (signal.aborted) return;
      // A server that takes files and has no list of them.
      if (error instanceof AutodError && error.code === "ENDPOINT_MISSING") continue;
      log.warn({ server, error: loggable(error) }, "uploads not swept");
    }
  }
}

function onePerServer(profiles: Iterable<Profile>): Iterable<Profile> {
  const sending = [...profiles].filter(({ settings }) => settings.input === "file");
  return new Map(sending.map((profile) => [profile.settings.server, profile])).values();
}

async function sweepServer(
  profile: Profile,
  { store, filesOf, onItsWay, signal, log }: OrphanSettings,
): Promise<void> {
  const files = filesOf(profile);
  for await (const { fileId, sha256 } of files.list(signal)) {
    // In this order: what is on its way is so until its record is durable.
    if (isAmong(onItsWay, sha256) || isNamed(store, fileId)) continue;
    await files.remove(fileId, signal);
    log.info({ event: "upload.swept", server: profile.settings.server, fileId }, "upload swept");
  }
}

const isAmong = (hashes: Iterable<string>, beginning: string): boolean =>
  [...hashes].some((sha256) => sha256.startsWith(beginning));

/**
 * Whether a record has it for its own: then it is used still, or deleted with it. One that was deleted isn't, and is
 * there only where a server said so of what it kept.
 */
function isNamed(store: Pick<Store, "all">, fileId: string): boolean {
  for (const { upload } of store.all()) {
    if (upload?.fileId === fileId) return upload.deletedAt === null;
  }
  return false;
}
