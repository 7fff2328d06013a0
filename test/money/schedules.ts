import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import type { Config } from "../../src/config/schema.ts";
import type { Inspected, Pending, Reserved } from "../../src/document.ts";
import { AutodError } from "../../src/errors.ts";
import { bookLostAsks, holdOpenAsks } from "../../src/intake/recover.ts";
import { type Amount, parseAmount } from "../../src/money/amount.ts";
import { type Caps, openBudget } from "../../src/money/budget.ts";
import { noOpenCalls, openBilling, spendingIn } from "../../src/money/billing.ts";
import { costOf, noTokens, priceOf } from "../../src/money/cost.ts";
import { openExperiences } from "../../src/money/experience.ts";
import { mostImageTokens } from "../../src/money/images.ts";
import { openLedger } from "../../src/money/ledger.ts";
import { tariff } from "../../src/money/prices.ts";
import { dayOf, monthOf } from "../../src/money/window.ts";
import type { Ask, Extractor } from "../../src/openai/extractor.ts";
import type { Profile } from "../../src/openai/profile.ts";
import type { Reply } from "../../src/openai/reply.ts";
import { extract } from "../../src/stages/extract.ts";
import { firstReading } from "../../src/stages/notes.ts";
import { reserve } from "../../src/stages/reserve.ts";
import type { DocumentRecord, Usage } from "../../src/store/record.ts";
import { openStore } from "../../src/store/store.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { conditions } from "../helpers/conditions.ts";
import { seededRecord, seededWork, seedStore, unreadRecord } from "../helpers/seeded-store.ts";

/** Numbers from 0 to 1 that follow from a seed. */
export type Chance = () => number;

export function chanceFrom(seed: number): Chance {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** What a server billed, whether anybody learned of it or not. */
interface Truth {
  readonly at: Date;
  readonly sha256: string;
  readonly folder: string;
  readonly amount: Amount;
}

export interface Schedule {
  readonly folder: string;
  readonly config: Pick<Config, "folders">;
  readonly profile: Profile;
  readonly caps: Caps;
  readonly mail: Caps;
  readonly seed: number;
}

export interface Story {
  readonly faults: readonly string[];
  readonly crashes: number;
  readonly billed: number;
  readonly refused: number;
}

const [DOCUMENTS, WORKERS] = [24, 16];
const letter = {
  pages: 1,
  characters: 400,
  tokens: 100,
  promptCharacters: 6_000,
  promptTokens: 1_500,
};
const formats = [{ width: 595, height: 842, pages: 1 }];

/**
 * Lets sixteen workers read documents by the stages that money goes through, with a store on the disk, while the
 * server answers, refuses, loses and cuts off, the clock jumps both ways, and the process dies and starts again
 * from what was on the disk at that instant. Says where more was billed than a cap allows.
 */
export async function playOut({
  folder,
  config,
  profile,
  caps,
  mail,
  seed,
}: Schedule): Promise<Story> {
  const chance = chanceFrom(seed);
  const truth: Truth[] = [];
  /** Answers outlive the process that asked for them. */
  const answers = new Map<string, Reply>();
  const faults: string[] = [];
  let [crashes, refused] = [0, 0];
  const folderOf = (sha256: string) => config.folders[Number.parseInt(sha256.slice(-1), 16) % 2]!;
  const records = Array.from({ length: DOCUMENTS }, (_, number) => {
    const record = unreadRecord(number, seededWork(`/staged/${number}`, "upload"));
    return { ...record, folder: folderOf(record.sha256).name };
  });

  mock.timers.enable({ apis: ["Date"], now: new Date(2026, 9, 24, 22) });
  try {
    let [place, life] = [join(folder, "0"), 0];
    await seedStore(place, records);
    for (; life < 12; life += 1) {
      const isLast = life === 11;
      const { isOver, close } = await live(place, isLast);
      if (isOver) break;
      crashes += 1;
      const next = join(folder, `${life + 1}`);
      mkdirSync(next);
      for (const name of readdirSync(place)) copyFileSync(join(place, name), join(next, name));
      place = next;
      // What it still writes is read by nobody.
      await close();
      const hours = chance() < 0.5 ? chance() : chance() * 30 - 1;
      mock.timers.setTime(Date.now() + Math.floor(hours * 3_600_000));
    }
    return { faults, crashes, billed: truth.length, refused };
  } finally {
    mock.timers.reset();
  }

  /** One process, until all is done or it dies. */
  async function live(place: string, isLast: boolean) {
    const opened = await openStore(place);
    const close = () => opened[Symbol.asyncDispose]();
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => undefined);
    let isDead = false;
    const die = (): Promise<never> => {
      isDead = true;
      death.reject(new Death());
      return death.promise;
    };
    const update: typeof opened.update = (...change) =>
      isDead ? death.promise : opened.update(...change);
    const store = { ...opened, update };
    const logs = captureLogs();
    const log = logs.logger;
    const folders = new Map([["mail", mail]]);
    const budget = openBudget({ all: caps, folders }, spendingIn(store.calls()));
    const ledger = openLedger(store, { since: Infinity, seqs: new Set(), reported: 0 }, log);
    const billing = openBilling(store, {
      ledger,
      budget,
      prices: {},
      experiences: openExperiences([]),
      open: noOpenCalls(),
    });
    holdOpenAsks(store, billing);
    await bookLostAsks(store, billing, () => profile, log);

    const server = openServer();
    const stages = {
      reserve: reserve(billing, store),
      extract: extract({
        extractorOf: () => server,
        billing,
        store,
        retry: { attempts: 1, minDelay: 0, maxDelay: 0 },
        requireRoom: () => Promise.resolve(),
        notes: firstReading,
        textOf: async () => [],
        aliasesOf: () => [],
        copyOf: () => Promise.resolve(null),
        uploadAgain: () => Promise.resolve("file-1"),
      }),
    };
    const context = {
      log,
      ...conditions(),
      held: new AsyncDisposableStack(),
      noReturn: () => undefined,
      place: () => Promise.resolve(),
      giveWay: () => undefined,
    };

    const read = async (sha256: string): Promise<void> => {
      const record = store.find(sha256)!;
      const document = {
        ...record,
        ...letter,
        folder: folderOf(sha256),
        formats,
        profile,
        staged: record.work?.staged,
        detail: "low",
        answer: null,
        pending: pendingOf(record),
        earlier: record,
        fileId: "file-1",
      } as unknown as Inspected;
      const reserved = {
        ...document,
        ...((await stages.reserve.run(document, context)) as Pick<Reserved, "reservation">),
      } as Reserved;
      try {
        await stages.extract.run({ ...reserved, fileId: "file-1" }, context);
      } finally {
        reserved.reservation?.release();
      }
    };

    /** Each document is taken up again until it is read, but not for ever, and in another order each time. */
    const queue = records
      .flatMap(({ sha256 }) => Array.from({ length: 5 }, () => ({ sha256, turn: chance() })))
      .toSorted((a, b) => a.turn - b.turn)
      .map(({ sha256 }) => sha256);
    const busy = new Set<string>();
    const worker = async () => {
      for (let sha256 = queue.shift(); sha256 !== undefined; sha256 = queue.shift()) {
        if (busy.has(sha256) || store.find(sha256)?.extraction) continue;
        busy.add(sha256);
        try {
          await read(sha256);
        } catch (error) {
          if (error instanceof Death || isDead) throw error;
          if (!(error instanceof AutodError)) throw error;
          if (/BUDGET/.test(error.code)) refused += 1;
        }
        busy.delete(sha256);
        // An hour or so passes; now and then the clock is set back.
        if (chance() < 0.25) {
          const hours = chance() < 0.3 ? -3 * chance() : 12 * chance();
          mock.timers.setTime(Date.now() + Math.floor(hours * 3_600_000));
        }
      }
    };
    const done = Promise.all(Array.from({ length: WORKERS }, worker));
    try {
      await Promise.race([done, death.promise]);
      await close();
      return { isOver: true, close };
    } catch (error) {
      if (error instanceof Death) return { isOver: false, close };
      throw error;
    }

    function openServer(): Pick<Extractor, "start" | "fetch" | "remove"> {
      const most =
        letter.characters +
        letter.promptCharacters +
        15 +
        mostImageTokens(profile.settings.model, 1);
      const bill = ({ maxOutputTokens }: Ask, sha256: string, outcome: "ok" | "cut"): Reply => {
        const usage: Usage = {
          ...noTokens,
          inputTokens: Math.floor(most * Math.max(chance(), chance())),
          outputTokens: Math.ceil(maxOutputTokens * Math.max(chance(), chance())),
        };
        usage.cacheWriteTokens = Math.floor(usage.inputTokens * chance());
        const { model } = profile.settings;
        const price = priceOf(usage.inputTokens, tariff(model, "default"));
        truth.push({
          // Of the instant at which it was reserved and about to be sent.
          at: new Date(store.find(sha256)!.updatedAt),
          sha256,
          folder: folderOf(sha256).name,
          amount: costOf(usage, price),
        });
        check();
        const verdict: Reply["verdict"] =
          outcome === "ok"
            ? { outcome: "ok", extraction: seededRecord(1).extraction as never }
            : { outcome: "incomplete", code: "ANSWER_INCOMPLETE", message: "", again: "longer" };
        const responseId = `resp_${truth.length}`;
        return { responseId, stored: false, model, serviceTier: "default", usage, verdict };
      };

      return {
        async start(ask) {
          if (isDead) return await death.promise;
          const sha256 = records.find(({ work }) => work?.staged === ask.path)!.sha256;
          await tick();
          const fate = chance();
          const mayDie = !isLast && chance() < 0.08;
          if (mayDie && fate < 0.5) return await die();
          if (fate < 0.15) throw new AutodError("API_FAULT", "500");
          if (fate < 0.2) throw new AutodError("API_ANSWER_LOST", "it never came");
          const reply = bill(ask, sha256, fate < 0.35 ? "cut" : "ok");
          if (mayDie) return await die();
          if (fate < 0.42) throw new AutodError("API_ANSWER_LOST", "it was lost");
          await tick();
          if (fate < 0.7) return { reply };
          const id = String(reply.responseId);
          answers.set(id, reply);
          return { id };
        },

        async fetch(id) {
          if (isDead) return await death.promise;
          await tick();
          if (!isLast && chance() < 0.1) return await die();
          if (chance() < 0.2)
            throw new AutodError("ANSWER_PENDING", "not yet", { retryable: false });
          const reply = answers.get(id);
          if (!reply || chance() < 0.05) throw new AutodError("API_ANSWER_LOST", "gone");
          return { ...reply, stored: true };
        },

        remove: () => Promise.resolve(),
      };
    }
  }

  function check(): void {
    const now = truth.at(-1)!;
    const over = (what: string, cap: string | null, same: (one: Truth) => boolean) => {
      const sum = truth.filter(same).reduce((all, { amount }) => all + amount, 0n);
      if (cap !== null && sum > parseAmount(cap))
        faults.push(`seed ${seed}: ${what} is over $${cap}`);
    };
    const sameDay = ({ at }: Truth) => dayOf(at) === dayOf(now.at);
    const sameMonth = ({ at }: Truth) => monthOf(at) === monthOf(now.at);
    over("the day", caps.perDay, sameDay);
    over("the month", caps.perMonth, sameMonth);
    over("the day of mail", mail.perDay, (one) => one.folder === "mail" && sameDay(one));
    over("a document", caps.perDocument, ({ sha256 }) => sha256 === now.sha256);
  }
}

class Death extends Error {}

function pendingOf({ work, profile, profileRevision }: DocumentRecord): Pending | null {
  if (!work?.responseId) return null;
  const { responseId, reservedUsd } = work;
  return { responseId, upperUsd: reservedUsd ?? "0", profile, profileRevision };
}
