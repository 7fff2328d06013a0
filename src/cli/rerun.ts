import { z } from "zod";
import { requirePasswords } from "../config/passwords.ts";
import type { Config } from "../config/schema.ts";
import type { Daemon } from "../daemon.ts";
import { AutodError } from "../errors.ts";
import { isOf, rereading } from "../intake/deeds/reread.ts";
import { formatAmount, showUsd, sumOf } from "../money/amount.ts";
import { prepareProfiles, type Profile } from "../openai/profile.ts";
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
import { hintWhileRunning } from "./hold.ts";
import { keysFor } from "./keys.ts";
import { profileOption } from "./profile-option.ts";
import { showProgress } from "./progress.ts";
import { stoppable } from "./stoppable.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** What reading a document once more would cost, or why it can't be. */
const offer = z.object({
  id: z.string(),
  profile: z.string(),
  /** Whether it was read so before, and would cost nothing. */
  isThere: z.boolean(),
  costUsd: z.string(),
  upperCostUsd: z.string(),
  /** What speaks against it; null where nothing does. */
  message: z.string().nullable(),
});

/** What `autod rerun --json` prints; without --yes nothing is read yet. */
export const rerunning = z.object({
  offers: z.array(offer),
  documents: z.array(
    rereading.extend({
      /** Where its file stands now that it is applied; null where it isn't. */
      path: z.string().nullable(),
    }),
  ),
});

type Offer = z.infer<typeof offer>;
type Rerun = z.infer<typeof rerunning>["documents"][number];

/** A document that is to be read once more, and by which profile. */
interface Wanted {
  readonly record: DocumentRecord;
  readonly profile: Profile;
}

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
    const profiles = prepareProfiles(config.profiles);
    const wanted = chosen.map((record) => ({
      record,
      profile: profileFor(record, options["profile"], config, profiles),
    }));
    return await stoppable(cli, "not all was read; what was, is kept", async () => {
      await using daemon = await openReading(config, wanted, cli);
      const offers = await priced(daemon, wanted, cli);
      if (!options["json"]) {
        for (const line of linesForOffers(offers, cli.terminal)) cli.terminal.print(line);
      }
      const may = await mayCost(offers, invocation);
      const applies = Boolean(options["apply"]);
      const documents = may ? await readAll(daemon, wanted, offers, applies, cli) : [];
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

/** The one that is named, else the one that read it; another in its place may send it where it must not go. */
function profileFor(
  record: DocumentRecord,
  given: Given,
  config: Config,
  profiles: ReadonlyMap<string, Profile>,
): Profile {
  const key = profileOption(given, config, record.profile);
  const profile = profiles.get(key);
  if (profile) return profile;
  const message = `document ${record.id} was read by profile ${key}, which is no longer configured`;
  throw new AutodError("ARGUMENT_INVALID", message, { hint: "Name another one with --profile." });
}

async function openReading(
  config: Config,
  wanted: readonly Wanted[],
  { env, signal }: Cli,
): Promise<Daemon> {
  const names = wanted.map(({ profile }) => profile.key);
  const senders = wanted.flatMap(({ record }) => record.reread?.profile ?? []);
  const keys = await keysFor(config, [...names, ...senders], env);
  await requirePasswords(config);
  const { openDaemon } = await import("../daemon.ts");
  const daemon = await openDaemon(config, { keys }).catch((error: unknown) => {
    throw hintWhileRunning(error, config.dataDir, "Stop it, rerun, and start it again.");
  });
  if (signal.aborted) daemon.stop();
  signal.addEventListener("abort", daemon.stop, { once: true });
  return daemon;
}

async function priced(
  daemon: Daemon,
  wanted: readonly Wanted[],
  { terminal }: Cli,
): Promise<Offer[]> {
  using progress = showProgress(terminal.screen, wanted.length, "looked at");
  const offers: Offer[] = [];
  for (const { record, profile } of wanted) {
    offers.push(await offerFor(daemon, record, profile));
    progress.tick();
  }
  return offers;
}

async function offerFor(daemon: Daemon, record: DocumentRecord, profile: Profile): Promise<Offer> {
  const nothing = { id: record.id, profile: profile.key, costUsd: "0", upperCostUsd: "0" };
  if (isOf(record, profile)) return { ...nothing, isThere: true, message: null };
  if (record.status !== "archived" && record.status !== "review") {
    const message = `it is ${record.status}, and not filed`;
    return { ...nothing, isThere: false, message };
  }
  try {
    const { cost, upperCost } = await daemon.price(record, profile);
    const prices = { costUsd: formatAmount(cost), upperCostUsd: formatAmount(upperCost) };
    return { ...nothing, ...prices, isThere: false, message: null };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return { ...nothing, isThere: false, message: error.message };
  }
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
  daemon: Daemon,
  wanted: readonly Wanted[],
  offers: readonly Offer[],
  applies: boolean,
  { terminal, signal }: Cli,
): Promise<Rerun[]> {
  const able = wanted.filter((_, at) => offers[at]?.message === null);
  using progress = showProgress(terminal.screen, able.length, "read");
  const reruns: Rerun[] = [];
  for (const { record, profile } of able) {
    signal.throwIfAborted();
    const read = await daemon.reread(record, profile);
    const path = applies && read.verdict === "read" ? await applied(daemon, record) : null;
    reruns.push({ ...read, ...path, path: path?.path ?? null });
    progress.tick();
  }
  return reruns;
}

/** Where it stands then; a refusal takes the place of what was read. */
async function applied(daemon: Daemon, { sha256 }: DocumentRecord) {
  const now = [...daemon.records()].find((one) => one.sha256 === sha256);
  if (!now) return null;
  const { verdict, message, path } = await daemon.apply(now);
  return verdict === "refused" ? { verdict, message, path: null } : { message, path };
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
  documents: readonly Rerun[],
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

function linesFor(one: Rerun, terminal: Terminal): string[] {
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
