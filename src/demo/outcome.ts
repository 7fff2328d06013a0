import { z } from "zod";
import { record } from "../store/record.ts";

/** What came of the samples. */
export const demoOutcome = z.object({
  /** Where they lie now; null where nothing was kept. */
  folder: z.string().nullable(),
  records: z.array(record),
});

export type DemoOutcome = z.infer<typeof demoOutcome>;
