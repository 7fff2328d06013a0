import { sha256 } from "../../test/helpers/expect-filed.ts";

/** What must be there, by what was done. */
export interface Book {
  readonly saved: (bytes: Uint8Array) => void;
  readonly deleted: (bytes: Uint8Array) => void;
  /** That bytes were forgotten: they may be paid for once more, and nobody knows their file any more. */
  readonly forgot: (hash: string) => void;
  /** How many copies of which bytes there must be, by hash. */
  readonly copies: ReadonlyMap<string, number>;
  /** How often each was forgotten. */
  readonly forgotten: ReadonlyMap<string, number>;
}

export function openBook(): Book {
  const [copies, forgotten] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, key: string, by: number) =>
    void counts.set(key, (counts.get(key) ?? 0) + by);
  return {
    saved: (bytes) => count(copies, sha256(bytes), 1),
    deleted: (bytes) => count(copies, sha256(bytes), -1),
    forgot: (hash) => count(forgotten, hash, 1),
    copies,
    forgotten,
  };
}
