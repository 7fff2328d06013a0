import { z } from "zod";
import { type DocumentRecord, record } from "../store/record.ts";

/** Something that was done to a document, and where its file went with it. */
export const move = record.shape.history.element.extend({
  id: z.string(),
  /** Whether the same was done to it before. */
  again: z.boolean(),
});

export type Move = z.infer<typeof move>;

/** All that was done to documents, the newest first. */
export function movesOf(records: Iterable<DocumentRecord>): Move[] {
  return [...records]
    .flatMap(({ id, history }) =>
      history.map((entry, at): Move => {
        const again = history.slice(0, at).some(({ by }) => by === entry.by);
        return { id, ...entry, again };
      }),
    )
    .toReversed()
    .toSorted((a, b) => b.at.localeCompare(a.at));
}
