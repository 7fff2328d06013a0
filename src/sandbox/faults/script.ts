import { z } from "zod";
import type { Step } from "./plan.ts";

/** The shape of a script in a file; whether its names are known is for `planFaults` to say. */
export const scriptShape: z.ZodType<readonly Step[]> = z
  .array(
    z.strictObject({
      request: z.string(),
      kinds: z.array(z.string()).min(1),
      forever: z.boolean().optional(),
    }),
  )
  .min(1);
