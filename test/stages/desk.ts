import type { Uploaded } from "../../src/document.ts";
import { noOpenCalls, openBilling } from "../../src/money/billing.ts";
import { openBudget } from "../../src/money/budget.ts";
import { openLedger } from "../../src/money/ledger.ts";
import { openExperiences } from "../../src/money/experience.ts";
import type { Extractor } from "../../src/openai/extractor.ts";
import { prepareProfile } from "../../src/openai/profile.ts";
import type { Reply } from "../../src/openai/reply.ts";
import { extract } from "../../src/stages/extract.ts";
import { firstReading } from "../../src/stages/notes.ts";
import { openDataDir } from "../../src/store/data-dir.ts";
import { openStore } from "../../src/store/store.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { conditions } from "../helpers/conditions.ts";
import { makeHome } from "../helpers/home.ts";
import { seededWork, unreadRecord } from "../helpers/seeded-store.ts";

export const retry = { attempts: 1, minDelay: 1, maxDelay: 1 };
const caps = { perDocument: "1", perDay: "1", perMonth: "1" };
const usage = {
  inputTokens: 100,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 10,
  reasoningTokens: 0,
};

export type Verdict = Reply["verdict"];

/** A document that was uploaded, its record in a real store, and a model that answers as it is told. */
export async function desk(verdicts: readonly Verdict[] = [], background = false) {
  const stack = new AsyncDisposableStack();
  const home = stack.use(await makeHome());
  const { path } = stack.use(await openDataDir(home.config.dataDir));
  const store = await openStore(path);
  const record = unreadRecord(1, seededWork("/staged", "claimed"));
  await store.commit(record);
  const profile = prepareProfile("default", home.config.profiles.default);
  const document = {
    ...record,
    folder: home.config.folders[0],
    profile,
    staged: "/staged",
    content: null,
    pages: 1,
    characters: 100,
    tokens: 25,
    formats: [{ width: 595, height: 842, pages: 1 }],
    promptCharacters: 4_000,
    promptTokens: 1_000,
    detail: "low",
    answer: null,
    pending: null,
    fileId: "file-1",
    reservation: null,
  } as unknown as Uploaded;
  const asked: number[] = [];
  const fetched: string[] = [];
  const answers = [...verdicts];
  const reply = (responseId: string, stored: boolean): Reply => {
    const verdict = answers.shift();
    if (!verdict) throw new Error("asked too often");
    const { model } = profile.settings;
    return { responseId, stored, model, serviceTier: "default", usage, verdict };
  };
  const extractor: { -readonly [Name in keyof Extractor]: Extractor[Name] } = {
    start: async ({ maxOutputTokens }) => {
      asked.push(maxOutputTokens);
      const id = `resp_${asked.length}`;
      return background ? { id } : { reply: reply(id, false) };
    },
    fetch: async (id) => {
      fetched.push(id);
      return reply(id, true);
    },
    remove: () => Promise.reject(new Error("deleted by whoever asked")),
  };
  const log = captureLogs();
  const context = {
    log: log.logger,
    ...conditions(),
    held: new AsyncDisposableStack(),
    noReturn: () => undefined,
    place: () => Promise.resolve(),
    giveWay: () => undefined,
  };
  const budget = openBudget({ all: caps, folders: new Map() }, []);
  const billing = openBilling(store, {
    ledger: openLedger(store, { since: 0, seqs: new Set(), reported: 0 }, log.logger),
    budget,
    prices: {},
    experiences: openExperiences([]),
    open: noOpenCalls(),
  });
  let update = store.update;
  const stage = extract({
    extractorOf: () => extractor,
    billing,
    store: { update: (...change) => update(...change) },
    retry,
    requireRoom: () => Promise.resolve(),
    notes: firstReading,
    textOf: async () => [],
    aliasesOf: () => [],
    copyOf: () => Promise.resolve(null),
    uploadAgain: async () => "file-2",
  });
  const now = () => store.find(record.sha256);
  return {
    home,
    store,
    document,
    context,
    asked,
    fetched,
    extractor,
    /** Has the stage's own commits done otherwise. */
    refuse: (other: typeof update) => void (update = other),
    billing,
    budget,
    stage,
    log,
    now,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
