import { beforeOf, standingDeeds } from "../store/history.ts";
import type { DocumentRecord } from "../store/record.ts";

/** A name that a person corrected. */
export interface Correction {
  readonly from: string;
  readonly to: string;
}

/** The category that a person gave to a document of an issuer. */
export interface Placement {
  readonly issuer: string;
  readonly category: string;
}

/** How issuers are known from documents that were filed; what is put first is what is most frequent. */
export interface Known {
  readonly issuers: readonly string[];
  readonly corrections: readonly Correction[];
  readonly placements: readonly Placement[];
}

/** What documents say of issuers, counted. */
export interface Spellings {
  /** Counts what one document says; `times` is -1 to take that back. */
  readonly count: (record: DocumentRecord, times: 1 | -1) => void;
  /** The most frequent; of each not more than so many. */
  readonly known: (most: number) => Known;
  /** The names that a person corrected to this one. */
  readonly aliasesOf: (issuer: string) => readonly string[];
}

export function openSpellings(): Spellings {
  /** By a name's letters alone, each spelling of it. */
  const issuers = new Map<string, Map<string, number>>();
  const corrections = openTally<Correction>(({ from, to }) => JSON.stringify([from, to]));
  const placements = openTally<Placement>((one) => JSON.stringify([one.issuer, one.category]));

  const countIssuer = (name: string, times: number) => {
    const letters = lettersOf(name);
    const spellings = issuers.get(letters) ?? new Map<string, number>();
    const count = (spellings.get(name) ?? 0) + times;
    if (count > 0) spellings.set(name, count);
    else spellings.delete(name);
    if (spellings.size > 0) issuers.set(letters, spellings);
    else issuers.delete(letters);
  };

  return {
    count(record, times) {
      const issuer = record.extraction?.issuer;
      if (record.status === "archived" && issuer) countIssuer(issuer, times);
      const { renamed, placed } = correctionsIn(record);
      for (const one of renamed) corrections.count(one, times);
      if (placed) placements.count(placed, times);
    },

    known(most) {
      const ranked = [...issuers.values()].map((spellings) => {
        const [[name, count] = ["", 0]] = [...spellings].toSorted(([, a], [, b]) => b - a);
        return { name, count, all: [...spellings.values()].reduce((sum, one) => sum + one, 0) };
      });
      const frequent = ranked.toSorted((a, b) => b.all - a.all || (a.name < b.name ? -1 : 1));
      const renamed = corrections.ranked(most);
      const given = renamed.map(({ to }) => to);
      const names = [...new Set([...given, ...frequent.map(({ name }) => name)])];
      return {
        issuers: names.slice(0, most),
        corrections: renamed,
        placements: placements.ranked(most),
      };
    },

    aliasesOf: (issuer) => corrections.all().flatMap(({ from, to }) => (to === issuer ? from : [])),
  };
}

/** A name without case, accents and signs: what different spellings of it have in common. */
const lettersOf = (name: string): string => {
  const letters = name.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "");
  return (letters || name).toLowerCase();
};

/** What a person changed in what was read last in a document, and what stands by now. */
function correctionsIn({ extraction: now, history }: DocumentRecord): {
  readonly renamed: readonly Correction[];
  readonly placed: Placement | null;
} {
  const deeds = standingDeeds(history);
  const last = deeds.findLastIndex(({ by }) => by === "rerun" || by === "reject");
  const edits = now === null ? [] : deeds.slice(last + 1).filter(({ by }) => by === "edit");
  const earlier = edits.flatMap((deed) => beforeOf(deed)?.extraction ?? []);
  const [to, category] = [now?.issuer ?? null, now?.category ?? ""];
  if (to === null || earlier.length === 0) return { renamed: [], placed: null };
  const names = new Set(earlier.flatMap(({ issuer }) => issuer ?? []));
  names.delete(to);
  const isPlaced = earlier.some((read) => read.category !== category);
  return {
    renamed: [...names].map((from) => ({ from, to })),
    placed: isPlaced ? { issuer: to, category } : null,
  };
}

/** Counts things that are alike by their key. */
function openTally<Thing>(keyOf: (thing: Thing) => string) {
  const counts = new Map<string, { readonly thing: Thing; readonly count: number }>();
  return {
    count(thing: Thing, times: number) {
      const key = keyOf(thing);
      const count = (counts.get(key)?.count ?? 0) + times;
      if (count > 0) counts.set(key, { thing, count });
      else counts.delete(key);
    },
    all: () => [...counts.values()].map(({ thing }) => thing),
    ranked: (most: number) =>
      [...counts.values()]
        .toSorted((a, b) => b.count - a.count)
        .slice(0, most)
        .map(({ thing }) => thing),
  };
}
