import type { Config } from "./config/schema.ts";
import type { Extraction } from "./extraction.ts";
import type { Target } from "./filing/archive.ts";
import type { Reservation } from "./money/budget.ts";
import type { Profile } from "./openai/profile.ts";
import type { Format } from "./pdf/look.ts";
import type { DocumentRecord } from "./store/record.ts";

/** A watched folder, as configured. */
export type Folder = Config["folders"][number];

/** A PDF that was claimed: it stands in staging, and nothing is known of it yet. */
export interface Arrival {
  readonly folder: Folder;
  readonly profile: Profile;
  /** Names the claim, apart from all others. */
  readonly claimId: string;
  /** Where it was saved. */
  readonly path: string;
  /** The same, below the inbox. */
  readonly relative: string;
  /** Where it stands while it is worked on. */
  readonly staged: string;
  /** ISO 8601, UTC. */
  readonly arrivedAt: string;
  /** Its shape when it was claimed; null where it was claimed before, and a writer may have gone on since. */
  readonly shape: string | null;
}

export interface Hashed extends Omit<Arrival, "shape"> {
  readonly sha256: string;
  readonly bytes: number;
  /** The bytes themselves, until they are sent; null where they are to be read again. */
  readonly content: Uint8Array<ArrayBuffer> | null;
  /** Its shape when it was hashed: who still has it open may change it. */
  readonly shape: string;
}

/** A document of our own: nobody else is at work on these bytes. */
export interface Deduplicated extends Hashed {
  readonly id: string;
  /** What was read of these bytes before, if it was: it isn't bought again. */
  readonly answer: Extraction | null;
  /** What was asked before, and is still to be fetched: it isn't bought again either. */
  readonly pending: Pending | null;
  /** Its record as it was before it was taken up again. */
  readonly earlier: DocumentRecord | null;
}

/** An answer that the server is making, or keeps. */
export interface Pending {
  readonly responseId: string;
  /** The most that it may cost. */
  readonly upperUsd: string;
  /** The profile that asked, by its name, and what it was like then. */
  readonly profile: string;
  readonly profileRevision: string;
}

export interface Inspected extends Deduplicated {
  /** All of its pages; what follows is about those that the profile sends. */
  readonly pages: number;
  /** Whether each page has text of its own. */
  readonly textLayer: boolean;
  /** Characters in the text layer. */
  readonly characters: number;
  /** The same in tokens. */
  readonly tokens: number;
  /** What each page says; null where it wasn't looked into. */
  readonly text: readonly string[] | null;
  /** How large the pages are that are sent as images. */
  readonly formats: readonly Format[];
  /** Characters that go out beside it: instructions, request and schema. */
  readonly promptCharacters: number;
  readonly promptTokens: number;
  /** What is known from earlier documents, and goes out beside it; empty where nothing is. */
  readonly hints: string;
  readonly detail: "low" | "high";
}

export interface Reserved extends Inspected {
  /** Null where nothing will be asked. */
  readonly reservation: Reservation | null;
}

export interface Uploaded extends Reserved {
  /** Null where nothing was uploaded. */
  readonly fileId: string | null;
}

export interface Extracted extends Uploaded {
  readonly extraction: Extraction;
}

export interface Persisted extends Extracted {
  /** Where it belongs. */
  readonly place: "archive" | "review";
  readonly target: Target;
}

export interface Filed extends Persisted {
  readonly filedAs: string;
}
