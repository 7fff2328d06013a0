import { z } from "zod";
import { record } from "../store/record.ts";

/** What became of a file that was to be brought into an inbox. */
export const addition = z.object({
  path: z.string(),
  /** The same, below the folder that was named. */
  name: z.string(),
  verdict: z
    .enum(["filed", "quarantined", "waiting", "copied", "known", "same", "refused", "passed-over"])
    .describe(
      "copied: it lies in the inbox; known: a document has its bytes; same: so has a file before it; passed-over: it was found in a folder, and is nothing to be filed",
    ),
  sha256: z.string().nullable(),
  /** Where its copy was put; null where none was made. */
  copiedTo: z.string().nullable(),
  /** What its outcome was, why it was refused, or why it waits. */
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** The document that it is; null where that isn't known yet. */
  record: record.nullable(),
});

export type Addition = z.infer<typeof addition>;

/** Who a file is before anything became of it. */
export type Named = Pick<Addition, "path" | "name">;

/** What became of a file; what isn't said is not known. */
export const became = (
  { path, name }: Named,
  verdict: Addition["verdict"],
  known: Partial<Omit<Addition, "path" | "name" | "verdict">> = {},
): Addition => ({
  path,
  name,
  verdict,
  sha256: null,
  copiedTo: null,
  code: null,
  message: null,
  record: null,
  ...known,
});
