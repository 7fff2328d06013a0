import { z } from "zod";
import { decided } from "../intake/deeds/decide.ts";
import { farewell } from "../intake/forget.ts";
import { release } from "../intake/release.ts";
import { undoing } from "../intake/undo.ts";
import { transfer } from "../store/transfer.ts";

const ids = z.array(z.string()).min(1);

/** What a person may want done with documents, and what is told of each of them then. */
export const orders = {
  accept: { order: z.strictObject({ ids }), outcome: z.array(decided) },
  /** KEY=VALUE texts. */
  edit: {
    order: z.strictObject({ id: z.string(), changes: z.array(z.string()).min(1) }),
    outcome: z.array(decided),
  },
  reject: { order: z.strictObject({ ids }), outcome: z.array(decided) },
  /** All: what is in quarantine or waits. */
  retry: {
    order: z.union([z.strictObject({ ids }), z.strictObject({ all: z.literal(true) })]),
    outcome: z.array(release),
  },
  /** What was done last to each, or all that was done since. */
  undo: {
    order: z.strictObject({ ids, since: z.iso.datetime().nullable() }),
    outcome: z.array(undoing),
  },
  /** `lose`: also where an answer that was paid for is lost with it. */
  forget: {
    order: z.strictObject({ ids, lose: z.boolean() }),
    outcome: z.array(farewell),
  },
} as const;

export type Orders = {
  readonly [Name in keyof typeof orders]: z.infer<(typeof orders)[Name]["order"]>;
};

export type Outcomes = {
  readonly [Name in keyof typeof orders]: z.infer<(typeof orders)[Name]["outcome"]>;
};

/** What came of records that were brought from elsewhere. */
export const imported = transfer.extend({
  /** How many files of those that were added don't stand where their records say. */
  filesMissing: z.int(),
});

export type Imported = z.infer<typeof imported>;
