import { z } from "zod";

/** A file that has to come to rest. */
export const resting = z.object({
  /** When it is taken if it doesn't change until then: milliseconds, as Date.now(). */
  until: z.number(),
  isComplete: z.boolean(),
});

export type Resting = Readonly<z.infer<typeof resting>>;
