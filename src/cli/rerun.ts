import { z } from "zod";
import { requirePasswords } from "../config/passwords.ts";
import type { Config } from "../config/schema.ts";
import {
  type Offer,
  offer,
  type RerunOutcome,
  rerunOutcome,
  type Reruns,
  type RerunWish,
} from "../desk/reruns.ts";
import { AutodError } from "../errors.ts";
import { formatAmount, showUsd, sumOf } from "../money/amount.ts";
import { ask, order } from "../socket/ask.ts";
import { daemonState } from "../state.ts";
import type { DocumentRecord } from "../store/record.ts";
import { findByPrefix, readRecords } from "../store/store.ts";
import { aboutEach } from "./about-each.ts";
import {
  type Cli,
  type Command,
  exit,
  type Given,
  type Invocation,
  jsonOption,
  tell,
} from "./command.ts";
import { confirm } from "./confirm.ts";
import { differenceLines } from "./differences.ts";
import { escapeText } from "./escape.ts";
import { hintWhileHeld } from "./hold.ts";
import { keysFor } from "./keys.ts";
import { profileOption } from "./profile-option.ts";
import { showProgress } from "./progress.ts";
import { stoppable } from "./stoppable.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** What `autod rerun --json` prints; without --yes nothing is read yet. */
export const rerunning = z.object({ offers: z.array(offer), documents: z.array(rerunOutcome) });

export const rerun: Command = {
  usage: "rerun <ids...>",
  summary: "Read filed documents once more: the cost first, then what differs",
  options: [
    ["--profile <name>", "as this profile would read them"],
    ["--yes", "read them without asking whether it may cost that"],
    ["--apply", "take what was read for what is known, and rename the files accordingly"],
    jsonOption,
  ],
  example: "autod rerun 3f2a9c --profile invoices",

  async run(invocation) {
    const { args, options, cli } = invocation;
    const config = await cli.config();
    const records = await readRecords(config.dataDir);
    const chosen = [...new Set(args.map((id) => findByPrefix(records, id)))];
    const wanted = chosen.map((record) => wishFor(record, options["profile"], config));
    return await stoppable(cli, "not all was read; what was, is kept", async () => {
      await using reruns =
        (await askedFor(config, cli)) ?? (await openOwn(config, chosen, wanted, cli));
      const offers = await offersFor(reruns, wanted, cli);
      if (!options["json"]) {
        for (const line of linesForOffers(offers, cli.terminal)) cli.terminal.print(line);
      }
      const may = await mayCost(offers, invocation);
      const applies = Boolean(options["apply"]);
      const documents = may ? await readAll(reruns, wanted, offers, applies, cli) : [];
      tell(invocation, { offers, documents }, (terminal) =>
        may ? linesForReruns(documents, applies, terminal) : notAsked(terminal),
      );
      const isRefused = [...offers, ...documents].some((one) =>
        "verdict" in one ? one.verdict === "refused" : one.message !== null,
      );
      return isRefused ? exit.unwell : exit.done;
    });
  },
};

function wishFor({ sha256 }: DocumentRecord, given: Given, config: Config): RerunWish {
  const profile = given === undefined ? null : profileOption(given, config);
  return { id: sha256, profile };
}

/** Done by the autod that is running; null where none is. */
async function askedFor(
  { socket }: Config,
  { signal }: Cli,
): Promise<(Reruns & AsyncDisposable) | null> {
  if (!(await ask(socket, "/v1/state", daemonState))) return null;
  const told = async <One>(path: string, body: unknown, shape: z.ZodType<One>) => {
    const outcome = await order(socket, { path, body, shape, signal });
    if (outcome !== null) return outcome;
    throw new AutodError("DAEMON_GONE", "autod ended meanwhile");
  };
  return {
    offer: (wish) => told("/v1/offer", wish, offer),
    read: (wish) => told("/v1/rerun", wish, rerunOutcome),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Done here, where no autod is running. */
async function openOwn(
  config: Config,
  chosen: readonly DocumentRecord[],
  wanted: readonly RerunWish[],
  { env, signal }: Cli,
): Promise<Reruns & AsyncDisposable> {
  const names = chosen.map((record, at) => wanted[at]?.profile ?? record.profile);
  const senders = chosen.flatMap(({ reread }) => reread?.profile ?? []);
  const keys = await keysFor(config, [...names, ...senders], env);
  await requirePasswords(config);
  const { openDaemon } = await import("../daemon.ts");
  const daemon = await openDaemon(config, { keys }).catch((error: unknown) => {
    throw hintWhileHeld(error, config.dataDir);
  });
  if (signal.aborted) daemon.stop();
  signal.addEventListener("abort", daemon.stop, { once: true });
  return { ...daemon.reruns, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

async function offersFor(
  reruns: Reruns,
  wanted: readonly RerunWish[],
  { terminal }: Cli,
): Promise<Offer[]> {
  using progress = showProgress(terminal.screen, wanted.length, "looked at");
  const offers: Offer[] = [];
  for (const wish of wanted) {
    offers.push(await reruns.offer(wish));
    progress.tick();
  }
  return offers;
}

/** Whether what is to be paid may be: it was said beforehand, or a person says so now. */
async function mayCost(offers: readonly Offer[], { options, cli }: Invocation): Promise<boolean> {
  const open = offers.filter(({ message, isThere }) => message === null && !isThere);
  if (open.length === 0 || options["yes"]) return true;
  if (options["json"]) return false;
  const documents = open.length === 1 ? "1 document" : `${open.length} documents`;
  return (await confirm(`Read ${documents} for ${spanOf(open)}?`, cli)) ?? false;
}

const spanOf = (offers: readonly Offer[]): string => {
  const total = (key: "costUsd" | "upperCostUsd") =>
    showUsd(formatAmount(sumOf(offers.map((one) => one[key]))));
  return `about ${total("costUsd")}, at most ${total("upperCostUsd")}`;
};

async function readAll(
  reruns: Reruns,
  wanted: readonly RerunWish[],
  offers: readonly Offer[],
  apply: boolean,
  { terminal, signal }: Cli,
): Promise<RerunOutcome[]> {
  const able = wanted.filter((_, at) => offers[at]?.message === null);
  using progress = showProgress(terminal.screen, able.length, "read");
  const outcomes: RerunOutcome[] = [];
  for (const wish of able) {
    signal.throwIfAborted();
    outcomes.push(await reruns.read({ ...wish, apply }));
    progress.tick();
  }
  return outcomes;
}

function linesForOffers(offers: readonly Offer[], terminal: Terminal): string[] {
  const lines = table(
    offers,
    [
      { title: "id", text: ({ id }) => id },
      { title: "profile", text: ({ profile }) => escapeText(profile) },
      { title: "about", text: (one) => costOf(one, "costUsd"), align: "right" },
      { title: "at most", text: (one) => costOf(one, "upperCostUsd"), align: "right" },
      ...(offers.some(remarkOn) ? [{ title: "", text: remarkOn, shrinks: true }] : []),
    ],
    terminal,
  );
  const open = offers.filter(({ message }) => message === null);
  return open.length < 2 ? lines : [...lines, `in all ${spanOf(open)}`];
}

const remarkOn = ({ message, isThere }: Offer): string =>
  escapeText(message ?? (isThere ? "read so before" : ""));

const costOf = (one: Offer, key: "costUsd" | "upperCostUsd"): string =>
  one.message === null ? showUsd(one[key]) : "";

const notAsked = ({ width }: Terminal): string[] =>
  wrap("Nothing was read. autod rerun with --yes reads it, and shows what differs.", width, "");

function linesForReruns(
  documents: readonly RerunOutcome[],
  applies: boolean,
  terminal: Terminal,
): string[] {
  const cost = showUsd(formatAmount(sumOf(documents.map(({ costUsd }) => costUsd))));
  const isOpen = !applies && documents.some((one) => one.differences.length > 0);
  const next = isOpen
    ? "; nothing is changed: --apply takes what was read, and costs nothing more"
    : "";
  return [
    ...documents.flatMap((one) => linesFor(one, terminal)),
    ...wrap(`It cost ${cost}${next}.`, terminal.width, ""),
  ];
}

function linesFor(one: RerunOutcome, terminal: Terminal): string[] {
  const isSame = one.verdict === "read" && one.differences.length === 0;
  const message = isSame ? `${one.message}, and is the same` : one.message;
  const doubts = one.checks.filter(({ hard }) => hard);
  return [
    ...aboutEach([{ ...one, message }], terminal),
    ...differenceLines(one.differences, terminal),
    ...doubts.map(
      ({ field, message: why }) =>
        `    ${terminal.style("yellow", "to check")}  ${escapeText(`${field}: ${why}`)}`,
    ),
  ];
}
