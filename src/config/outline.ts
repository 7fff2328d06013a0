import { z } from "zod";

const text = z.string().optional().catch(undefined);
const named = z.record(z.string(), z.unknown()).catch({});

/**
 * What of the settings is looked at together, each part only as far as it is well-formed.
 *
 * So what doesn't agree is named together with what is wrong by itself.
 */
export const outline = z
  .object({
    dataDir: text,
    folders: z
      .array(
        z
          .object({ name: text, profile: text, inbox: text, archive: text, quarantine: text })
          .catch({}),
      )
      .catch([]),
    profiles: z.record(z.string(), z.object({ server: text }).catch({})).catch({}),
    openai: z.unknown().optional(),
    servers: named,
    logs: z.object({ dir: text }).catch({}),
  })
  .catch({ folders: [], profiles: {}, servers: {}, logs: {} });

export type Outline = z.output<typeof outline>;

/** Something wrong with a setting. */
export interface Disagreement {
  readonly path: (string | number)[];
  readonly message: string;
}
