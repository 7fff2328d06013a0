/** Something that is measured, by its name: `npm run bench -- NAME`. */
export interface Benchmark {
  readonly name: string;
  /** What is measured against what, in a line. */
  readonly about: string;
  readonly run: (scale: Scale) => Promise<readonly Row[]>;
}

/** How much is measured: in full, or a little of it to see that it works at all. */
export interface Scale {
  /** So many of them, or a part of that; never fewer than `least`. */
  readonly of: (full: number, least?: number) => number;
  /** How often each is measured. */
  readonly repeats: number;
}

/** What was measured, each time. */
export interface Row {
  readonly what: string;
  readonly unit: "documents/s" | "MB/s" | "ms" | "s" | "MB" | "";
  readonly ours: readonly number[];
  readonly beside?: Beside;
  /** Where it must stand; nothing for what is only told. */
  readonly must?: Bound;
}

/** What it is held against, measured in turns with it. */
export interface Beside {
  readonly what: string;
  readonly measured: readonly number[];
}

/** Of medians: of `ours` ÷ `beside`, of the difference of the two, or of `ours` alone. */
export type Bound =
  | { readonly ratio: "at least" | "at most"; readonly bound: number }
  | { readonly more: "at most"; readonly bound: number }
  | { readonly value: "at most"; readonly bound: number };

/** The middle one; the mean of the two in the middle of an even number. */
export function median(measured: readonly number[]): number {
  const sorted = measured.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(
    Math.ceil(middle) - 1,
    Math.floor(middle) + 1,
  );
  return (low + high) / 2;
}

/** The value that a part of all (0 to 1) doesn't exceed. */
export function percentile(measured: readonly number[], part: number): number {
  const sorted = measured.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Milliseconds that something takes. */
export async function timed(act: () => unknown): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

/**
 * Measures several things in turns, so that what else the machine does meets all of them alike. A first turn
 * warms up and isn't counted, but where one is enough.
 */
export async function inTurns<Name extends string, One>(
  repeats: number,
  acts: Readonly<Record<Name, () => Promise<One>>>,
): Promise<Record<Name, One[]>> {
  const names = Object.keys(acts) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as One[]]));
  for (let turn = repeats > 1 ? 0 : 1; turn <= repeats; turn += 1) {
    for (const name of names) {
      const took = await acts[name]();
      if (turn > 0) measured[name]?.push(took);
    }
  }
  return measured as Record<Name, One[]>;
}

/** What a row comes to. */
export interface Verdict {
  /** ours ÷ beside; null where it stands for itself. */
  readonly ratio: number | null;
  /** Null where nothing must be. */
  readonly isKept: boolean | null;
}

export function verdictOf({ ours, beside, must }: Row): Verdict {
  const own = median(ours);
  const other = beside ? median(beside.measured) : Number.NaN;
  const ratio = beside ? own / other : null;
  if (!must) return { ratio, isKept: null };
  if ("more" in must) return { ratio, isKept: own - other <= must.bound };
  if ("value" in must) return { ratio, isKept: own <= must.bound };
  const isKept = must.ratio === "at least" ? own / other >= must.bound : own / other <= must.bound;
  return { ratio, isKept };
}
