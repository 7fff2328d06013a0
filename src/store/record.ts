import { z } from "zod";
import type { Pending } from "../document.ts";
import { extraction } from "../extraction.ts";

/** A UTC instant, ISO 8601. */
const instant = z.iso.datetime();
/** USD, exact: a decimal without exponent or trailing zeros. */
const money = z.string().regex(/^\d+(\.\d*[1-9])?$/);
const path = z.string();

export const statuses = [
  "processing",
  "archived",
  "review",
  "quarantined",
  "waiting",
  "undone",
] as const;

const usage = z.object({
  inputTokens: z.int(),
  /** Within the input. */
  cachedInputTokens: z.int(),
  /** Within the input. */
  cacheWriteTokens: z.int(),
  outputTokens: z.int(),
  /** Within the output. */
  reasoningTokens: z.int(),
});

/** A call that was, or may have been, billed. */
export const call = z.object({
  seq: z.int(),
  /** The folder that its document came by then; where it isn't told, the one of its record. */
  folder: z.string().optional(),
  responseId: z.string().nullable(),
  model: z.string(),
  serviceTier: z.string(),
  detail: z.string(),
  at: instant,
  outcome: z.enum(["ok", "invalid", "refused", "incomplete", "failed", "unknown"]),
  usage,
  /** USD per million tokens, as used. */
  price: z.object({ input: money, cachedInput: money, cacheWrite: money, output: money }),
  costUsd: money,
  /** The upper bound of a call of which nobody can know whether it was billed. */
  possibleUsd: money,
});

const parked = z.object({ path, ino: z.int(), size: z.int(), mtimeMs: z.number() });

const failure = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  stage: z.string(),
  kind: z.enum(["document", "transient", "account", "disk"]),
});

const checks = z.array(
  z.object({ field: z.string(), code: z.string(), hard: z.boolean(), message: z.string() }),
);

/** What is known of one document: the unit that the store makes durable. */
export const record = z.object({
  id: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  status: z.enum(statuses),
  waiting: z
    .object({
      reason: z.enum(["retry", "budget", "account", "offline", "disk"]),
      retryAt: instant.nullable(),
      since: instant,
      /** Where the file lies meanwhile, and what it was like; null if it stayed in staging. */
      parked: parked.nullable(),
    })
    .nullable(),
  folder: z.string(),
  profile: z.string(),
  profileRevision: z.string(),
  source: z.object({ path, name: z.string(), arrivedAt: instant }),
  bytes: z.int(),
  pages: z.int().nullable(),
  textLayer: z.boolean().nullable(),
  extraction: extraction.nullable(),
  checks,
  calls: z.array(call),
  /** Asks that were sent and came to nothing, and for which nothing was billed; none where it isn't told. */
  unbilled: z.int().optional(),
  /** The sum of the calls. */
  costUsd: money,
  estimate: z
    .object({
      /** Counted before anything was sent. */
      countedTokens: z.int().optional(),
      /** The same by what earlier calls were billed. */
      inputTokens: z.int(),
      costUsd: money,
      upperCostUsd: money,
    })
    .nullable(),
  upload: z
    .object({ fileId: z.string(), uploadedAt: instant, deletedAt: instant.nullable() })
    .nullable(),
  /** Where the file stands: in the archive, in review, or in quarantine. */
  filedAs: path.nullable(),
  duplicates: z.array(z.object({ path, seenAt: instant, movedTo: path.nullable() })),
  possibleDuplicateOf: z.string().nullable(),
  error: failure.nullable(),
  /** Times taken up. */
  attempts: z.int(),
  /** Milliseconds a stage. */
  timings: z.record(z.string(), z.number()),
  /** The open intent: where the file stands while processing, and what is about to happen. */
  work: z
    .object({
      /** Empty once the file has left staging, and all that is left to do is `delete`. */
      staged: path,
      step: z.enum(["claimed", "upload", "ask", "answered", "file", "delete"]),
      /** The upper bound of what the open ask may cost. */
      reservedUsd: money.nullable(),
      /** Where the file is about to go. */
      target: path.nullable(),
      /** The id of the answer in the making: it is fetched, and not bought again. */
      responseId: z.string().nullable().default(null),
      /** The ids of answers that came, and that the server keeps until they are deleted. */
      stored: z.array(z.string()).default([]),
    })
    .nullable(),
  /** What was read in it once more, and isn't applied; null, or not told, where nothing was. */
  reread: z
    .object({
      at: instant,
      profile: z.string(),
      profileRevision: z.string(),
      /** Null until it is there. */
      extraction: extraction.nullable(),
      checks,
    })
    .nullable()
    .optional(),
  history: z.array(
    z.object({
      at: instant,
      by: z.enum(["file", "edit", "rerun", "undo", "accept", "reject", "retry"]),
      before: z.unknown(),
      from: path.nullable(),
      to: path.nullable(),
    }),
  ),
  createdAt: instant,
  updatedAt: instant,
});

/** The version of the store's format. */
export const VERSION = 1;

/** The whole store, as it lies on disk. */
export const snapshot = z.object({
  version: z.literal(VERSION),
  documents: z
    .record(z.string(), record)
    .refine(
      (documents) => Object.entries(documents).every(([key, { sha256 }]) => key === sha256),
      "a record stands under another's hash",
    ),
});

/** Work of which nothing is open at a server. */
export const idleWork = {
  reservedUsd: null,
  target: null,
  responseId: null,
  stored: [],
} as const satisfies Partial<z.infer<typeof record>["work"]>;

/** An answer that was asked for, and is still to be fetched; null where there is none. */
export const openAskOf = (
  work: DocumentRecord["work"],
  { profile, profileRevision }: Pick<DocumentRecord, "profile" | "profileRevision">,
): Pending | null =>
  work?.responseId
    ? {
        responseId: work.responseId,
        upperUsd: work.reservedUsd ?? "0",
        profile,
        profileRevision,
      }
    : null;

/** Whether a person must look at what was read before its document is filed by it. */
export const needsReview = ({ checks: made }: Pick<DocumentRecord, "checks">): boolean =>
  made.some(({ hard }) => hard);

/** The later of two instants. */
export const laterOf = (one: string, other: string): string =>
  Date.parse(one) < Date.parse(other) ? other : one;

/** Where a document's file stands now; null where nothing says. */
export const standsAt = ({ filedAs, waiting, work }: DocumentRecord): string | null =>
  filedAs ?? waiting?.parked?.path ?? (work?.staged || null);

/** Whether a person changed what is known of a document that was filed, and its file is on its way still. */
export const isHalfRefiled = ({ status, work, filedAs }: DocumentRecord): boolean =>
  (status === "archived" || status === "review" || status === "quarantined") &&
  filedAs !== null &&
  work?.step === "file";

/** Whether a document that was filed is being read once more, or was when autod ended. */
export const isReread = ({ status, work }: DocumentRecord): boolean =>
  (status === "archived" || status === "review") &&
  work !== null &&
  work.step !== "file" &&
  work.step !== "delete";

/** The profile by which a document was sent last. */
export const senderOf = ({ profile, reread }: DocumentRecord): string => reread?.profile ?? profile;

/** Whether a document was condemned, and is on its way into quarantine. */
export const isCondemned = ({ work, extraction: read }: DocumentRecord): boolean =>
  read === null && work !== null && work.target !== null;

export type DocumentRecord = z.infer<typeof record>;
export type Call = z.infer<typeof call>;
export type Usage = z.infer<typeof usage>;
export type Failure = z.infer<typeof failure>;
export type Parked = z.infer<typeof parked>;
export type Snapshot = z.infer<typeof snapshot>;
