import type { Checked } from "../checks/checks.ts";
import type { Profile } from "../openai/profile.ts";
import type { DocumentRecord } from "../store/record.ts";

/** Who read, or was asked to. */
export type Reader = Pick<Profile, "key" | "revision">;

/** How an ask and its answer are noted in a document's record. */
export interface Notes {
  readonly asked: (reader: Reader) => Partial<DocumentRecord>;
  readonly learned: (checked: Checked, reader: Reader) => Partial<DocumentRecord>;
}

/** What is read is what is known of the document. */
export const firstReading: Notes = {
  asked: ({ key: profile, revision: profileRevision }) => ({ profile, profileRevision }),
  learned: ({ extraction, checks }, { key: profile, revision: profileRevision }) => ({
    extraction,
    checks: [...checks],
    profile,
    profileRevision,
  }),
};

/** What is read of a document that was filed stands beside what is known, until a person applies it. */
export const laterReading: Notes = {
  asked: (reader) => ({ reread: { ...rereadBy(reader), extraction: null, checks: [] } }),
  learned: ({ extraction, checks }, reader) => ({
    reread: { ...rereadBy(reader), extraction, checks: [...checks] },
  }),
};

const rereadBy = ({ key: profile, revision: profileRevision }: Reader) => ({
  at: new Date().toISOString(),
  profile,
  profileRevision,
});
