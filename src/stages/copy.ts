import { AutodError } from "../errors.ts";
import { fingerprintAt } from "../fingerprint.ts";
import type { Profile } from "../openai/profile.ts";
import type { Inspector } from "../pdf/inspector.ts";
import type { OpeningOf } from "./opening.ts";

/**
 * What is sent instead of the PDF at `path`, whose bytes are `sha256`'s: fewer pages, or one without its
 * password; null where it is sent as it is. It is in memory only.
 *
 * Throws FILE_CHANGED where the file is another by now, CONFIG_INVALID as the passwords do, and as the inspector does.
 */
export type Copies = (
  path: string,
  sha256: string,
  profile: Profile,
) => Promise<Uint8Array<ArrayBuffer> | null>;

export const openCopies =
  (inspector: Pick<Inspector, "copy">, openingOf: OpeningOf): Copies =>
  async (path, sha256, profile) => {
    const { maxPages, passwords } = profile.settings;
    if (maxPages === null && passwords.length === 0) return null;
    const copy = await inspector.copy(path, await openingOf(profile));
    // What it was made of is known only now.
    if ((await fingerprintAt(path)).sha256 === sha256) return copy;
    throw new AutodError("FILE_CHANGED", `${path} changed before it was sent`);
  };
