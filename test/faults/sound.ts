import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LOG_NAME } from "../../src/log.ts";
import { type Amount, formatAmount, sumOf } from "../../src/money/amount.ts";
import { costOf, priceOf } from "../../src/money/cost.ts";
import { moneyLines } from "../../src/money/log-lines.ts";
import { tariff } from "../../src/money/prices.ts";
import { verify } from "../../src/money/verify.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import type { BookedCall } from "../../src/store/forgotten.ts";
import { readBooks } from "../../src/store/store.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { filesBelow, type Home } from "../helpers/home.ts";

/** What must be so once all is at rest. */
export interface Rest {
  readonly records: readonly DocumentRecord["status"][];
  /** Where copies of which bytes are, and nowhere else: "Archive", "Inbox" … */
  readonly copies: readonly (readonly [bytes: Uint8Array, folder: string])[];
}

/** Says what is lost: bytes that are nowhere below a home, whole. */
export async function lost(home: Home, all: Iterable<Uint8Array>): Promise<string[]> {
  const hashes = new Set((await pdfsBelow(home)).map(({ hash }) => hash));
  const gone = [...all].filter((bytes) => !hashes.has(sha256(bytes)));
  return gone.map((bytes) => `lost: ${sha256(bytes)}`);
}

/** Says what isn't as it must be once all is at rest: files, records, bills, uploads, and lines of the log. */
export async function unsound(home: Home, sandbox: Sandbox, rest: Rest): Promise<string[]> {
  return [
    ...(await strayFiles(home, rest)),
    ...differs("records", statusesOf(await home.records()), rest.records.toSorted()),
    ...(await unbooked(home, sandbox)),
  ];
}

/** Says what of the money isn't as it must be: bills, uploads, responses, and lines of the log. */
export async function unbooked(home: Home, sandbox: Sandbox): Promise<string[]> {
  // Those of documents that were forgotten too.
  const books = await readBooks(home.config.dataDir, await home.records());
  const calls = [...books.calls()];
  const booked = calls.flatMap(({ responseId }) => responseId ?? []);
  const bills = sandbox.bills().map(({ responseId }) => responseId);
  const lostBills = bills.filter((responseId) => !booked.includes(responseId));
  const unknown = calls.filter(({ outcome }) => outcome === "unknown").length;
  const seqs = calls.map(({ seq }) => seq).toSorted((a, b) => a - b);
  const { equal, differences } = await verify(moneyLines(home.config.logs.dir, LOG_NAME), books);
  const sums = sumsOf(calls);
  const billed = billOf(sandbox);
  return [
    ...complain(
      billed < sums.known || billed > sums.known + sums.possible,
      `$${formatAmount(billed)} were billed, not $${formatAmount(sums.known)} and possibly $${formatAmount(sums.possible)} more`,
    ),
    ...complain(new Set(booked).size < booked.length, "a bill is booked twice"),
    ...complain(new Set(seqs).size < seqs.length, "a running number was given twice"),
    ...complain(
      booked.some((responseId) => !bills.includes(responseId)),
      "what is booked was never billed",
    ),
    ...complain(
      lostBills.length > unknown,
      `${lostBills.length} bills are not booked, ${unknown} are possible`,
    ),
    ...complain(!equal, `log and store differ: ${JSON.stringify(differences)}`),
    ...differs("uploads left", sandbox.files().length, 0),
    ...complain(
      sandbox.responses().length > unknown,
      `${sandbox.responses().length} responses are left, ${unknown} asks were lost`,
    ),
  ];
}

const sumsOf = (calls: readonly BookedCall[]) => ({
  known: sumOf(calls.map(({ costUsd }) => costUsd)),
  possible: sumOf(calls.map(({ possibleUsd }) => possibleUsd)),
});

/** What the sandbox would have to be paid. */
export function billOf(sandbox: Pick<Sandbox, "bills">): Amount {
  return sandbox.bills().reduce((sum, { model, serviceTier, usage }) => {
    const tokens = {
      inputTokens: usage.input_tokens,
      cachedInputTokens: usage.input_tokens_details.cached_tokens,
      cacheWriteTokens: usage.input_tokens_details.cache_write_tokens,
      outputTokens: usage.output_tokens,
    };
    return sum + costOf(tokens, priceOf(tokens.inputTokens, tariff(model, serviceTier)));
  }, 0n);
}

/** How often the same bytes were paid for: by what was answered. */
export const answered = (records: readonly DocumentRecord[]): readonly number[] =>
  records.map(({ calls }) => calls.filter(({ outcome }) => outcome === "ok").length);

async function strayFiles(home: Home, { copies }: Rest): Promise<string[]> {
  const found = (await pdfsBelow(home)).map(({ path, hash }) => `${hash} in ${placeOf(path)}`);
  const wanted = copies.map(([bytes, folder]) => `${sha256(bytes)} in ${folder}`);
  const own = await filesBelow(home.folder, ".");
  return [
    ...differs("PDFs", found.toSorted(), wanted.toSorted()),
    ...differs("files on their way", own.filter(isOnItsWay), []),
    ...differs("claims", await claims(home), []),
  ];
}

const isOnItsWay = (path: string): boolean =>
  /\.(?:part|new)$|folder\.json\.\w+$/.test(path) || path.includes(".autod/staging/");

/** The folder of claims, empty or not, that are left. */
async function claims(home: Home): Promise<readonly string[]> {
  const staging = join(home.inbox, ".autod/staging");
  const instances = await readdir(staging).catch(() => []);
  return (await Promise.all(instances.map((name) => readdir(join(staging, name))))).flat();
}

/** "Archive", "Archive/_review", "Inbox". */
const placeOf = (path: string): string => path.split("/", path.includes("/_") ? 2 : 1).join("/");

async function pdfsBelow(home: Home) {
  const paths = (await filesBelow(home.folder, ".")).filter((path) => /\.(?:pdf|part)$/.test(path));
  return await Promise.all(
    paths.map(async (path) => ({ path, hash: sha256(await readFile(join(home.folder, path))) })),
  );
}

const statusesOf = (records: readonly DocumentRecord[]) =>
  records.map(({ status }) => status).toSorted();

const complain = (isSo: boolean, sentence: string): string[] => (isSo ? [sentence] : []);

function differs(what: string, found: unknown, wanted: unknown): string[] {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  return complain(is !== should, `${what}: ${is} instead of ${should}`);
}
