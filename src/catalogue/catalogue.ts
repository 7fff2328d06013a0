import type { DocumentRecord } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { type Known, openSpellings, type Spellings } from "./spellings.ts";
import { openTwins } from "./twins.ts";

/** What the store knows by what was read, kept up with every change of a record until it is disposed. */
export interface Catalogue extends Disposable {
  /**
   * How issuers are known from documents that this server read: what one server was shown is no other's
   * business. Bounded, so that it stays a small part of a request.
   */
  readonly knownTo: (server: string) => Known;
  /** Other names of an issuer, by what a person corrected; whoever read them. */
  readonly aliasesOf: (issuer: string) => readonly string[];
  /** Other documents that seem to be the same, the oldest first. */
  readonly twinsOf: (record: DocumentRecord) => readonly DocumentRecord[];
}

/** Of each kind of thing that is known. */
const MOST = 40;

/** `serverOf` names the server of a profile; undefined where that is no longer known. */
export function openCatalogue(
  store: Pick<Store, "all" | "find" | "watch">,
  serverOf: (profile: string) => string | undefined,
): Catalogue {
  const spellings = new Map<string, Spellings>();
  const twins = openTwins();

  const spellingsOf = (server: string): Spellings => {
    const known = spellings.get(server) ?? openSpellings();
    spellings.set(server, known);
    return known;
  };
  const enter = (record: DocumentRecord) => {
    const server = serverOf(record.profile);
    if (server !== undefined) spellingsOf(server).count(record, 1);
    if (isThere(record)) twins.index(record);
  };
  const strike = (record: DocumentRecord) => {
    const server = serverOf(record.profile);
    if (server !== undefined) spellingsOf(server).count(record, -1);
    twins.remove(record);
  };
  for (const record of store.all()) enter(record);
  const watching = store.watch((before, after) => {
    // Most changes are of what is done with it, and say nothing new.
    if (before && after && isAlike(before, after)) return;
    if (before) strike(before);
    if (after) enter(after);
  });

  const aliasesOf = (issuer: string) =>
    spellings
      .values()
      .toArray()
      .flatMap((one) => one.aliasesOf(issuer));

  return {
    knownTo: (server) => spellingsOf(server).known(MOST),
    aliasesOf,
    twinsOf: (record) =>
      twins
        .of(record, aliasesOf(record.extraction?.issuer ?? ""))
        .flatMap((sha256) => store.find(sha256) ?? [])
        .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)),
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}

/** The catalogue of records that are only looked at. */
export const catalogueOf = (
  records: readonly DocumentRecord[],
  serverOf: (profile: string) => string | undefined,
): Catalogue => {
  const bySha256 = new Map(records.map((record) => [record.sha256, record]));
  const find = (sha256: string) => bySha256.get(sha256);
  const still = { find, watch: () => ({ [Symbol.dispose]: () => undefined }) };
  return openCatalogue({ ...still, all: () => records }, serverOf);
};

const isAlike = (one: DocumentRecord, other: DocumentRecord): boolean =>
  one.extraction === other.extraction &&
  one.status === other.status &&
  one.profile === other.profile &&
  one.history === other.history;

/** Whether it counts as one of the documents that there are: what failed was not filed, and is no second one. */
const isThere = ({ status }: DocumentRecord): boolean => status !== "quarantined";
