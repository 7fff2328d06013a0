import { z } from "zod";
import { spending } from "../money/spent.ts";
import { record } from "../store/record.ts";
import { block } from "./blocked.ts";

const file = { path: z.string(), folder: z.string() };
const reason = { code: z.string(), message: z.string() };
/** What is known of a document before it is sent; null where it wasn't looked into. */
const pages = record.shape.pages;
const estimate = record.shape.estimate;

/** What would become of a file that lies in an inbox. */
const prospect = z.discriminatedUnion("verdict", [
  z
    .object({
      ...file,
      verdict: z.literal("read"),
      /** The id of its record, where its bytes are known. */
      id: z.string().nullable(),
      profile: z.string(),
      model: z.string(),
      pages: pages.unwrap(),
      estimate: estimate.unwrap(),
    })
    .describe("It is sent to the model, and filed."),
  z
    .object({ ...file, verdict: z.literal("file"), id: z.string() })
    .describe("It was read before: it is filed without a call."),
  z
    .object({
      ...file,
      verdict: z.literal("duplicate"),
      /** The id of the document that has the same bytes; null where that lies in an inbox itself. */
      id: z.string().nullable(),
      /** Where that document stands. */
      original: z.string().nullable(),
    })
    .describe("It is set aside, for its bytes are known."),
  z
    .object({ ...file, verdict: z.literal("quarantine"), ...reason, hint: z.string() })
    .describe("It can't or mustn't be read."),
  z
    .object({
      ...file,
      verdict: z.literal("wait"),
      ...reason,
      hint: z.string().nullable(),
      /** When it is tried again; null where no time ends it. */
      until: z.iso.datetime().nullable(),
      pages,
      estimate,
    })
    .describe("It stays in the inbox for now."),
  z.object({ ...file, verdict: z.literal("ignore"), ...reason }).describe("It is left there."),
  z
    .object({ ...file, verdict: z.literal("unclear"), ...reason })
    .describe("Nobody can tell before it is taken."),
]);

export type Prospect = z.infer<typeof prospect>;
export type Verdict = Prospect["verdict"];

const sum = z.object({
  pages: z.int(),
  inputTokens: z.int(),
  costUsd: z.string(),
  upperCostUsd: z.string(),
});

/** What a run would do and cost: what `autod run --dry-run --json` prints. */
export const forecast = z.object({
  files: z.array(prospect),
  /** Folders in which nothing can be taken. */
  offline: z.array(z.object({ folder: z.string(), message: z.string() })),
  /** What keeps documents waiting until a server or a profile is in order again. */
  blocks: z.array(block),
  /** What is to be read. */
  reading: sum,
  /** What would wait, as far as it was looked into. */
  waiting: sum,
  spending,
});

export type Forecast = z.infer<typeof forecast>;

/** What is said of a file besides where it lies. */
export type Said = Prospect extends infer One
  ? One extends Prospect
    ? Omit<One, "path" | "folder">
    : never
  : never;
