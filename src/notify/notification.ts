import { z } from "zod";
import { summary } from "./summary.ts";

/** What a person may be told of. */
const occasions = [
  "quarantine",
  "review",
  "blocked",
  "budget",
  "offline",
  "well",
  "fault",
  "summary",
  "test",
] as const;

/** What the command of `notify` reads on its input: one JSON object. */
export const notification = z
  .object({
    version: z.literal(1),
    occasion: z.enum(occasions),
    at: z.iso.datetime().describe("When it was said."),
    host: z.string().describe("The name of the machine."),
    title: z.string().describe("A few words, also in AUTOD_TITLE."),
    text: z.string().describe("What it is, and what to do, on one line; also in AUTOD_TEXT."),
    count: z.int().describe("How many documents, folders or servers it is about."),
    folder: z.string().nullable().describe("The folder's name, where it is about one alone."),
    path: z
      .string()
      .nullable()
      .describe("Where the document was saved, where it is about one alone; not escaped."),
    id: z.string().nullable().describe("The document's id, where it is about one alone."),
    error: z
      .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
      .nullable()
      .describe("What is the matter; of several the first."),
    summary: summary.nullable().describe("What the day came to; null on other occasions."),
  })
  .meta({ title: "What autod tells the command of notify" });

export type Notification = z.infer<typeof notification>;
export type Occasion = Notification["occasion"];
