import type { ExecutionContext } from "ava";
import { loadConfig } from "../../src/config/load.ts";
import { parseAmount } from "../../src/money/amount.ts";
import { type Asked, type Desk, noOpenCalls, openBilling } from "../../src/money/billing.ts";
import { type Caps, openBudget } from "../../src/money/budget.ts";
import { openLedger } from "../../src/money/ledger.ts";
import { openExperiences } from "../../src/money/experience.ts";
import { prepareProfile } from "../../src/openai/profile.ts";
import type { Reply } from "../../src/openai/reply.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { openStore } from "../../src/store/store.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { makeHome } from "../helpers/home.ts";
import { seededRecord, seededWork, seedStore, unreadRecord } from "../helpers/seeded-store.ts";

/** A document that is being asked about. */
export const asking: DocumentRecord = unreadRecord(
  1,
  seededWork("/staging/a.pdf", "ask", { reservedUsd: "0.0053" }),
);

/** What the design's example record was billed. */
export const usage = {
  inputTokens: 1834,
  cachedInputTokens: 512,
  cacheWriteTokens: 0,
  outputTokens: 402,
  reasoningTokens: 64,
};

export const reply: Reply = {
  responseId: "resp_1",
  stored: false,
  model: "gpt-5.6-luna",
  serviceTier: "default",
  usage,
  verdict: { outcome: "ok", extraction: seededRecord(1).extraction as never },
};

export const uncapped: Caps = { perDocument: null, perDay: null, perMonth: null };

/** A billing with a store of its own, in which `records` are known; one of them is `asking`. */
export async function openBooks(
  t: ExecutionContext,
  {
    caps = {},
    profile: settings = {},
    prices = {},
    records = [asking],
  }: {
    readonly caps?: Partial<Caps>;
    readonly profile?: Readonly<Record<string, unknown>>;
    readonly prices?: Desk["prices"];
    readonly records?: readonly DocumentRecord[];
  } = {},
) {
  const folder = await emptyFolder(t);
  await seedStore(folder, records);
  const store = await openStore(folder);
  const home = await makeHome({ profiles: { default: settings } });
  t.teardown(() => home[Symbol.asyncDispose]());
  const { profiles } = await loadConfig({ flags: { config: home.configFile }, env: {} });
  const profile = prepareProfile("default", profiles["default"]);
  const logs = captureLogs();
  const ledger = openLedger(store, { since: Infinity, seqs: new Set(), reported: 0 }, logs.logger);
  const budget = openBudget({ all: { ...uncapped, ...caps }, folders: new Map() }, []);
  const billing = openBilling(store, {
    ledger,
    budget,
    prices,
    experiences: openExperiences(store.all()),
    open: noOpenCalls(),
  });
  const { sha256 } = asking;
  const asked: Asked = { sha256, folder: "scans", profile, detail: "low", upperUsd: "0.0053" };
  return {
    folder,
    store,
    billing,
    ledger,
    logs,
    asked,
    reserve: (usd: string) => budget.reserve(parseAmount(usd), "scans"),
  };
}
