/**
 * Has several lanes of a p-queue take turns: what one lane adds waits for as many of each other lane as of its own,
 * however many of those there are.
 */
export interface Turns {
  /** The priority of what a lane adds next, and what to call when it begins. */
  readonly take: (lane: string) => { readonly priority: number; readonly begin: () => void };
}

export function openTurns(): Turns {
  const last = new Map<string, number>();
  let current = 0;
  return {
    take(lane) {
      // A lane that was empty saved up nothing.
      const turn = Math.max(last.get(lane) ?? 0, current) + 1;
      last.set(lane, turn);
      const begin = () => {
        current = Math.max(current, turn);
      };
      return { priority: -turn, begin };
    },
  };
}
