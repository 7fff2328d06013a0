import { hash } from "node:crypto";

/** Chance that is the same each time for the same seed. */
export interface Dice {
  /** From 0 to 1, which it never is. */
  readonly chance: () => number;
  /** A whole number from 0, below this. */
  readonly below: (count: number) => number;
  /** One of several; undefined where there are none. */
  readonly oneOf: <One>(ones: readonly One[]) => One | undefined;
}

export function openDice(seed: string): Dice {
  let rolls = 0;
  const chance = () => {
    rolls += 1;
    return hash("sha256", `${seed} ${rolls}`, "buffer").readUInt32BE() / 2 ** 32;
  };
  const below = (count: number) => Math.floor(chance() * count);
  return { chance, below, oneOf: (ones) => ones[below(ones.length)] };
}
