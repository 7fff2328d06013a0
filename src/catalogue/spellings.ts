import type { Extraction } from "../extraction.ts";
import { editsOf } from "../store/history.ts";
import type { DocumentRecord } from "../store/record.ts";
import { lettersOf } from "./letters.ts";

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
  /** Other names of an issuer: those that a person corrected to it, or it to. */
  readonly aliasesOf: (issuer: string) => readonly string[];
}

/** One issuer, by its letters alone. */
interface Issuer {
  total: number;
  readonly spellings: Map<string, number>;
}

const usualSpelling = ({ spellings }: Issuer): string =>
  [...spellings].reduce((one, other) => (other[1] > one[1] ? other : one))[0];

export function openSpellings(): Spellings {
  const issuers = new Map<string, Issuer>();
  const corrections = openTally<Correction>(({ from, to }) => JSON.stringify([from, to]));
  const placements = openTally<Placement>((one) => JSON.stringify([one.issuer, one.category]));

  const countIssuer = (name: string, times: number) => {
    const letters = lettersOf(name);
    const issuer = issuers.get(letters) ?? { total: 0, spellings: new Map<string, number>() };
    const count = (issuer.spellings.get(name) ?? 0) + times;
    issuer.total += times;
    if (count > 0) issuer.spellings.set(name, count);
    else issuer.spellings.delete(name);
    if (issuer.total > 0) issuers.set(letters, issuer);
    else issuers.delete(letters);
  };

  /** Whether a name that was corrected isn't filed more often as it was read. */
  const isMostlyWrong = (name: string): boolean => {
    const filed = issuers.get(lettersOf(name))?.spellings.get(name) ?? 0;
    const ofName = corrections.all().filter(({ thing }) => thing.from === name);
    return filed <= ofName.reduce((sum, { count }) => sum + count, 0);
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
      const renamed = corrections.ranked(most);
      const given = renamed.map(({ to }) => to);
      const wrong = new Set(renamed.map(({ from }) => from).filter(isMostlyWrong));
      const found = [...issuers.values()]
        .toSorted((a, b) => b.total - a.total)
        .slice(0, most + wrong.size)
        .map(usualSpelling)
        .filter((name) => !wrong.has(name));
      const names = [...new Set([...given, ...found])];
      return {
        issuers: names.slice(0, most),
        corrections: renamed,
        placements: placements.ranked(most),
      };
    },

    aliasesOf: (issuer) =>
      corrections.all().flatMap(({ thing: { from, to } }) => {
        if (to === issuer) return [from];
        return from === issuer ? [to] : [];
      }),
  };
}

/** What a person changed in a document, as far as nothing was read or said otherwise since. */
function correctionsIn(record: DocumentRecord): {
  readonly renamed: readonly Correction[];
  readonly placed: Placement | null;
} {
  const { extraction: now, history } = record;
  const to = now?.issuer ?? null;
  const isEdited = history.some(({ by }) => by === "edit");
  if (!isEdited || !now || to === null) return { renamed: [], placed: null };
  const edits = editsOf(record);
  const names = new Set<string>();
  let name: string | null = to;
  for (const { before, after } of edits.toReversed()) {
    if (before.issuer === after.issuer || after.issuer !== name) continue;
    name = before.issuer;
    if (name !== null && name !== to) names.add(name);
  }
  const { category } = now;
  const isOfIssuer = ({ issuer }: Extraction) => issuer === to || names.has(issuer ?? "");
  const isPlaced = edits.some(
    ({ before, after }) =>
      before.category !== category && after.category === category && isOfIssuer(after),
  );
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
    all: () => [...counts.values()],
    ranked: (most: number) =>
      [...counts.values()]
        .toSorted((a, b) => b.count - a.count)
        .slice(0, most)
        .map(({ thing }) => thing),
  };
}
