import { lstat } from "node:fs/promises";
import type { Logger } from "pino";
import { acceptDocument, rejectDocument } from "../intake/deeds/review.ts";
import type { Decided, Deciding } from "../intake/deeds/decide.ts";
import { editDocument, editsIn } from "../intake/deeds/edit.ts";
import { retractDeed } from "../intake/deeds/retract.ts";
import { deedToUndo } from "../intake/deeds/since.ts";
import { forgetDocument } from "../intake/forget.ts";
import { releaseDocument } from "../intake/release.ts";
import type { Turnstile } from "../intake/turnstile.ts";
import { type Undoing, undoDocument } from "../intake/undo.ts";
import type { BookedCall } from "../store/forgotten.ts";
import type { Holds } from "../store/holds.ts";
import { type DocumentRecord, isReread, standsAt } from "../store/record.ts";
import { findByPrefix, type Store } from "../store/store.ts";
import { type Checked, takeIn } from "../store/transfer.ts";
import { together } from "./together.ts";
import type { Imported, Orders, Outcomes } from "./orders.ts";

/** What people have done with documents, whether autod runs beside it or not. */
export type Deeds = {
  /** Throws what is wrong with the order, before anything is done; aborted, it leaves the rest as it is. */
  readonly [Name in keyof Orders]: (
    order: Orders[Name],
    signal: AbortSignal,
  ) => Promise<Outcomes[Name]>;
};

export interface Desk extends Deeds {
  /** Takes in records from elsewhere; those that are known stay as they are. */
  readonly import: (checked: Checked) => Promise<Imported>;
}

export interface DeskSettings {
  readonly store: Store;
  readonly instance: string;
  readonly holds: Holds;
  readonly turnstile: Pick<Turnstile, "hold">;
  /** What is decided with, as things are now. */
  readonly deciding: () => Deciding;
  /** Told of each document with which something was done. */
  readonly heed: (record: DocumentRecord) => void;
  /** The running number of the next call that is taken in. */
  readonly nextSeq: () => number;
  /** Told of each call that was taken in, and is new here. */
  readonly book: (call: BookedCall) => void;
  readonly log: Logger;
}

/** What the log calls what was done. */
interface Told {
  readonly event: string;
}

export function openDesk(settings: DeskSettings): Desk {
  const { store, instance, holds, turnstile, deciding, heed, log } = settings;

  const named = (ids: readonly string[]) => {
    const records = [...store.all()];
    return [...new Set(ids.map((id) => findByPrefix(records, id)))];
  };

  /** One at a time with each document; who is asked for one that is in work doesn't wait until it is done. */
  const holding = async <One>(
    given: DocumentRecord,
    signal: AbortSignal,
    act: (record: DocumentRecord) => Promise<One>,
  ): Promise<One> => {
    if (given.status === "processing" || isReread(given)) return await act(given);
    using _ = await holds.take(given.sha256, signal);
    try {
      return await act(store.find(given.sha256) ?? given);
    } finally {
      heedNow(given);
    }
  };
  const heedNow = ({ sha256 }: DocumentRecord) => {
    const now = store.find(sha256);
    if (now) heed(now);
  };

  /** The same, and what comes into an inbox by that isn't taken before it is known what it is. */
  const holdingClaims = <One>(
    given: DocumentRecord,
    signal: AbortSignal,
    act: (record: DocumentRecord) => Promise<One>,
  ): Promise<One> =>
    holding(given, signal, async (now) => {
      using _ = await turnstile.hold();
      try {
        return await act(now);
      } finally {
        heedNow(now);
      }
    });

  const tell = (
    { event }: Told,
    { folder, id, sha256 }: DocumentRecord,
    { from, path }: Pick<Decided, "from" | "path">,
  ) => log.info({ event, folder, path, id, sha256, from }, event.replace(".", " "));

  /** One after the other: two may be on their way to one name. */
  const decideEach = async (
    ids: readonly string[],
    told: Told,
    signal: AbortSignal,
    act: (record: DocumentRecord) => Promise<Decided>,
  ) => {
    const all: Decided[] = [];
    for (const record of named(ids)) {
      if (signal.aborted) break;
      const decided = await holding(record, signal, act);
      if (decided.verdict === "done") tell(told, record, decided);
      all.push(decided);
    }
    return all;
  };

  const undoOne = async (
    record: DocumentRecord,
    since: string | null,
    signal: AbortSignal,
  ): Promise<Undoing> => {
    const deed = deedToUndo(record, since);
    if (!deed) {
      return await holdingClaims(record, signal, (now) =>
        undoDocument(now, deciding().roots, store, instance),
      );
    }
    const undoing = await holding(record, signal, (now) => retractDeed(now, deciding()));
    const now = store.find(record.sha256);
    // All that was done since then, one after the other.
    const isMore = since !== null && undoing.verdict === "undone" && now;
    return isMore && deedToUndo(now, since) ? await undoOne(now, since, signal) : undoing;
  };

  return {
    accept: ({ ids }, signal) =>
      decideEach(ids, { event: "document.archived" }, signal, (record) =>
        acceptDocument(record, deciding()),
      ),

    reject: ({ ids }, signal) =>
      decideEach(ids, { event: "document.quarantined" }, signal, (record) =>
        rejectDocument(record, deciding()),
      ),

    async edit({ id, changes }, signal) {
      const edits = editsIn(changes);
      return await decideEach([id], { event: "document.edited" }, signal, (record) =>
        editDocument(record, edits, deciding()),
      );
    },

    async retry(order, signal) {
      const isLeft = ({ status }: DocumentRecord) =>
        status === "quarantined" || status === "waiting";
      const chosen = "all" in order ? [...store.all()].filter(isLeft) : named(order.ids);
      const { roots } = deciding();
      return await together(chosen, (record) =>
        holdingClaims(record, signal, (now) => releaseDocument(now, roots, store)),
      );
    },

    async undo({ ids, since }, signal) {
      const undoings = await together(named(ids), async (record) => {
        if (signal.aborted) return null;
        const undoing = await undoOne(record, since, signal);
        if (undoing.verdict === "undone") tell({ event: "document.undone" }, record, undoing);
        return undoing;
      });
      return undoings.filter((one) => one !== null);
    },

    async forget({ ids, lose }, signal) {
      const { roots, twinsOf } = deciding();
      return await together(named(ids), (record) =>
        holding(record, signal, (now) => forgetDocument(now, store, roots, twinsOf, lose)),
      );
    },

    async import(checked) {
      const booked = new Set([...store.calls()].map(({ seq }) => seq));
      const taken = await takeIn({ ...store, nextSeq: settings.nextSeq }, checked);
      const added = new Set(taken.added);
      const fresh = [...store.all()].filter(({ id }) => added.has(id));
      for (const { id, sha256, folder, calls } of fresh) {
        for (const call of calls) {
          const at = call.folder ?? folder;
          if (!booked.has(call.seq)) settings.book({ ...call, folder: at, id, sha256 });
        }
      }
      for (const record of fresh) heed(record);
      return { ...taken, filesMissing: await countMissing(fresh) };
    },
  };
}

async function countMissing(records: readonly DocumentRecord[]): Promise<number> {
  const places = records.map(standsAt).filter((path) => path !== null);
  const looks = places.map((path) => lstat(path).then(Boolean, () => false));
  return (await Promise.all(looks)).filter((isThere) => !isThere).length;
}
