import { sep } from "node:path";
import { passwordsIn } from "../config/passwords.ts";
import type { Config } from "../config/schema.ts";
import { makeForecast } from "../intake/forecast.ts";
import type { Forecast, Prospect, Verdict } from "../intake/prospect.ts";
import { openRoots } from "../intake/roots.ts";
import { type Amount, formatAmount, parseAmount, showUsd } from "../money/amount.ts";
import { noOpenCalls, openBilling, spendingIn } from "../money/billing.ts";
import { limitsIn, openBudget } from "../money/budget.ts";
import { openExperiences } from "../money/experience.ts";
import { spentBy } from "../money/spent.ts";
import { prepareProfiles, profileNamed } from "../openai/profile.ts";
import { hintsFrom } from "./hints.ts";
import { startInspector } from "../pdf/inspector.ts";
import { preparing } from "../stages/index.ts";
import { openMeasuring } from "../stages/measure.ts";
import { openingBy } from "../stages/opening.ts";
import { readInstance } from "../store/data-dir.ts";
import { draftOf } from "../store/draft.ts";
import { openHolds } from "../store/holds.ts";
import { isHeld } from "../store/lock.ts";
import { readBooks, readRecords } from "../store/store.ts";
import { exit, type Invocation, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { localTime } from "./local-time.ts";
import { showProgress } from "./progress.ts";
import { stoppable } from "./stoppable.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** Says what a run would do and cost. Nothing is touched, nothing is sent, and no key is needed. */
export async function foretell(invocation: Invocation): Promise<number> {
  const { cli } = invocation;
  const config = await cli.config();
  return await stoppable(cli, "not all was looked at", async () => {
    const forecast = await forecastFor(config, cli.signal, cli.terminal.screen);
    tell(invocation, forecast, (terminal) => describe(forecast, config, terminal));
    return exit.done;
  });
}

/** Nothing is booked, so there is nothing to tell. */
const untold = { nextSeq: () => 0, tell: () => undefined };

/** Looks at what lies in the inboxes, in rooms like a daemon's, as far as nothing is kept or sent in them. */
export async function forecastFor(
  config: Config,
  signal: AbortSignal,
  screen: Terminal["screen"],
): Promise<Forecast> {
  const { dataDir, limits } = config;
  const running = isHeld(dataDir);
  const records = await readRecords(dataDir);
  const calls = [...(await readBooks(dataDir, records)).calls()];
  const draft = draftOf(records);
  const budget = openBudget(limitsIn(config), spendingIn(calls));
  const profiles = prepareProfiles(config.profiles);
  const roots = openRoots(config, { remembers: false });
  await using inspector = startInspector({ signal });
  return await makeForecast({
    roots,
    records,
    profiles,
    profileOf: (key) => profileNamed(profiles, key),
    running,
    instance: await readInstance(dataDir),
    prepare: preparing({
      config: { limits },
      store: draft,
      holds: openHolds(),
      measure: openMeasuring(
        inspector,
        openingBy(passwordsIn),
        hintsFrom(records, config.profiles),
      ),
      billing: openBilling(draft, {
        ledger: untold,
        budget,
        prices: config.prices,
        experiences: openExperiences(records),
        open: noOpenCalls(),
      }),
      retire: async ({ from }) => from,
      roots,
      recovery: { move: async () => undefined },
    }),
    draft,
    budget,
    spending: spentBy(calls, limitsIn(config)),
    signal,
    progress: (total) => showProgress(screen, total, "looked at"),
  });
}

type Of<V extends Verdict> = Extract<Prospect, { readonly verdict: V }>;

function describe(forecast: Forecast, { folders }: Config, terminal: Terminal): string[] {
  const { files, offline, blocks } = forecast;
  const of = <V extends Verdict>(verdict: V) =>
    files.filter((one): one is Of<V> => one.verdict === verdict);
  const label = labels(folders);
  const { style, width } = terminal;
  const why = (title: string, found: readonly Told[]) => byReason(title, found, label, terminal);
  const away = offline.map(({ folder, message }) => `folder ${folder} is offline: ${message}`);
  const shut = blocks.map(
    ({ scope, name, message, code }) => `${scope} ${name} was blocked: ${message} (${code})`,
  );
  const parts = [
    readings(of("read"), label, terminal),
    listed("filed without a call, for they were read before", of("file"), label, terminal),
    duplicates(of("duplicate"), label, terminal),
    why("to quarantine", of("quarantine")),
    why("waiting", of("wait")),
    why("not clear yet", of("unclear")),
    why("left where they lie", of("ignore")),
    [...away, ...shut].flatMap((line) => wrap(escapeText(line), width, "")),
    totals(forecast, terminal),
  ];
  const shown = parts.filter((lines) => lines.length > 0);
  const end = style("dim", "Nothing was touched, and nothing was sent.");
  return [...shown.flatMap((lines) => [...lines, ""]), end];
}

/** How a file is called: by its path below the inbox, and with its folder where there are several. */
function labels(folders: Config["folders"]) {
  return (path: string, folder?: string): string => {
    const home = folders.find(({ name, inbox }) =>
      folder === undefined ? path.startsWith(inbox + sep) : name === folder,
    );
    const below = home?.inbox ? path.slice(home.inbox.length + 1) : path;
    return escapeText(home && folders.length > 1 ? `${home.name}: ${below}` : below);
  };
}

type Label = ReturnType<typeof labels>;
type Located = Pick<Prospect, "path" | "folder">;

function readings(found: readonly Of<"read">[], label: Label, terminal: Terminal): string[] {
  if (found.length === 0) return [];
  return table(
    found,
    [
      nameColumn("to be read", label),
      { title: "pages", text: ({ pages }) => `${pages}`, align: "right" },
      { title: "about", text: ({ estimate }) => showUsd(estimate.costUsd), align: "right" },
      { title: "at most", text: ({ estimate }) => showUsd(estimate.upperCostUsd), align: "right" },
    ],
    terminal,
  );
}

const nameColumn = (title: string, label: Label) => ({
  title,
  text: ({ path, folder }: Located) => `  ${label(path, folder)}`,
  shrinks: true,
});

function listed(
  title: string,
  found: readonly Located[],
  label: Label,
  terminal: Terminal,
): string[] {
  return found.length === 0 ? [] : table(found, [nameColumn(title, label)], terminal);
}

function duplicates(found: readonly Of<"duplicate">[], label: Label, terminal: Terminal) {
  if (found.length === 0) return [];
  return table(
    found,
    [
      nameColumn("duplicates", label),
      {
        title: "of",
        text: ({ id, original }) =>
          [id, original === null ? null : label(original)].filter(Boolean).join("  "),
        shrinks: true,
      },
    ],
    terminal,
  );
}

type Told = Of<"quarantine"> | Of<"wait"> | Of<"unclear"> | Of<"ignore">;

/** Those that have the same reason stand below it, and below what can be done about it. */
function byReason(title: string, found: readonly Told[], label: Label, terminal: Terminal) {
  if (found.length === 0) return [];
  const { style, width } = terminal;
  const groups = Map.groupBy(found, (one) => [reasonOf(one), hintOf(one)].join("\n"));
  const lines = [...groups].flatMap(([reason, alike]) => {
    const [what = "", hint = ""] = reason.split("\n");
    return [
      ...wrap(escapeText(what), width, "  "),
      ...(hint === "" ? [] : wrap(escapeText(hint), width, "  ")).map((one) => style("dim", one)),
      ...alike.map(({ path, folder }) => `    ${label(path, folder)}`),
    ];
  });
  return [style("dim", title), ...lines];
}

const hintOf = (one: Told): string => ("hint" in one ? (one.hint ?? "") : "");

function reasonOf(one: Told): string {
  const until = one.verdict === "wait" && one.until !== null ? one.until : null;
  const time = until === null ? "" : `, until ${localTime(until)}`;
  return `${one.message}${time} (${one.code})`;
}

function totals(forecast: Forecast, { style, width }: Terminal): string[] {
  const { files, reading, waiting, spending } = forecast;
  if (files.length === 0) return ["nothing lies in the inboxes"];
  const count = files.filter(({ verdict }) => verdict === "read").length;
  const about = costOf(reading);
  const line = `${count} ${count === 1 ? "document" : "documents"} to be read, ${pagesOf(reading)}`;
  const later = `What waits would cost ${costOf(waiting)} more.`;
  const left = [leftOf("today's", spending.day), leftOf("this month's", spending.month)].filter(
    (one) => one !== null,
  );
  return [
    ...wrap(count === 0 ? "nothing to be read" : `${line}: ${about}`, width, "").map((text) =>
      style("bold", text),
    ),
    ...(waiting.costUsd === "0" ? [] : wrap(later, width, "")),
    ...(left.length === 0 ? [] : wrap(`${left.join(", ")}.`, width, "")),
  ];
}

const costOf = ({ costUsd, upperCostUsd }: Forecast["reading"]): string =>
  `about ${showUsd(costUsd)}, at most ${showUsd(upperCostUsd)}`;

const pagesOf = ({ pages }: Forecast["reading"]): string =>
  `${pages.toLocaleString("en")} ${pages === 1 ? "page" : "pages"}`;

function leftOf(whose: string, spent: Forecast["spending"]["day"]): string | null {
  if (spent.capUsd === null) return null;
  const gone = parseAmount(spent.costUsd) + parseAmount(spent.possibleUsd);
  const left: Amount = parseAmount(spent.capUsd) - gone;
  const shown = left < 0n ? formatAmount(0n) : formatAmount(left);
  return `${showUsd(shown)} of ${whose} ${showUsd(spent.capUsd)} is left`;
}
