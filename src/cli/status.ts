import type { Config } from "../config/schema.ts";
import { type FolderSurvey, type Survey, takeSurvey } from "../intake/survey.ts";
import type { Watching } from "../intake/noticing/watching.ts";
import { parseAmount, showUsd } from "../money/amount.ts";
import { shutdownHint, shutdownWords } from "../money/shutdown.ts";
import { prepareProfiles } from "../openai/profile.ts";
import { statuses } from "../store/record.ts";
import { listen } from "../socket/ask.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { localTime } from "./local-time.ts";
import { narrate } from "./narrate.ts";
import { paintStatus } from "./status-colour.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { waitingWords } from "./waiting-words.ts";
import { wrap } from "./wrap.ts";

export const status: Command = {
  usage: "status",
  summary: "Whether it is running, what waits and why, what it cost",
  options: [["--follow", "then tell what happens as it happens, until autod ends"], jsonOption],
  example: "autod status --follow",

  async run(invocation) {
    const { cli, options } = invocation;
    const config = await cli.config({ looking: true });
    // Before all else, so that nothing happens unseen.
    const lines = options["follow"]
      ? await listen(config.socket, "/v1/events", cli.signal)
      : undefined;
    if (!lines || !options["json"]) {
      const survey = await takeSurvey(config, prepareProfiles(config.profiles));
      tell(invocation, survey, (terminal) => describe(survey, terminal));
    }
    return lines === undefined ? exit.done : await follow(lines, config, invocation);
  },
};

/** Tells what happens, as `autod run` does: for eyes, or as the lines of the log. */
async function follow(
  lines: AsyncIterable<string> | null,
  { folders }: Config,
  { options, cli: { signal, terminal } }: Invocation,
): Promise<number> {
  if (!lines) {
    terminal.note("autod is not running: there is nothing to follow");
    return exit.unwell;
  }
  if (!options["json"]) terminal.print();
  const show = options["json"] ? terminal.print : narrate(folders, terminal);
  for await (const line of lines) show(line);
  if (!signal.aborted) terminal.note("autod has stopped");
  return exit.done;
}

function describe(survey: Survey, terminal: Terminal): string[] {
  const parts: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["watching", watchingLines(survey, terminal)],
    ["documents", documentLines(survey, terminal)],
    ["waiting", waitingLines(survey, terminal)],
    ["blocked", blockLines(survey, terminal)],
    ["calls", callLines(survey)],
    ["cost", costLines(survey)],
    ["models", shutdownLines(survey, terminal)],
    ["notify", notifyLines(survey, terminal)],
  ];
  return [
    runningLine(survey, terminal),
    ...pauseLines(survey, terminal),
    ...settingsLines(survey, terminal),
    ...troubleLines(survey, terminal),
    "",
    ...folderLines(survey, terminal),
    ...parts.flatMap(([title, lines]) =>
      lines.length === 0
        ? []
        : ["", terminal.style("dim", title), ...lines.map((line) => `  ${line}`)],
    ),
  ];
}

function runningLine({ running, dataDir }: Survey, { style }: Terminal): string {
  const state = running ? style("green", "running") : style("yellow", "not running");
  return `autod is ${state}, with its store in ${escapeText(dataDir)}`;
}

function pauseLines({ pausedSince }: Survey, { style, width }: Terminal): string[] {
  if (pausedSince === null) return [];
  const text = `paused since ${localTime(pausedSince)}: nothing new is taken; autod resume ends that`;
  return wrap(text, width, "  ").map((line) => style("yellow", line));
}

/** What of the configuration isn't in force, or not everywhere. */
function settingsLines({ daemon }: Survey, { style, width }: Terminal): string[] {
  if (!daemon) return [];
  const { leaving } = daemon;
  const { refused, later, readAt } = daemon.settings;
  const kept = refused && [
    `the configuration of ${localTime(readAt)} is in force; that of ${localTime(refused.at)} is wrong:`,
    ...refused.message.split("\n"),
  ];
  const waiting = later.length > 0 ? [`from the next start on: ${later.join(", ")}`] : [];
  const former =
    leaving > 0 ? [`${documentsOf(leaving)} in work by the configuration of before`] : [];
  const all = [...(kept ?? []), ...waiting, ...former];
  return all.flatMap((text) =>
    wrap(escapeText(text), width, "  ").map((line) => style("yellow", line)),
  );
}

function troubleLines({ trouble }: Survey, { style, width }: Terminal): string[] {
  if (!trouble) return [];
  const { code, message, hint } = trouble;
  const lines = wrap(escapeText(`${message} (${code})`), width, "  ");
  return [...lines.map((line) => style("red", line)), ...hintLines(hint, width)];
}

function folderLines({ folders }: Survey, terminal: Terminal): string[] {
  const state = ({ faults }: FolderSurvey) => (faults.length === 0 ? "online" : "offline");
  const rows = table(
    folders,
    [
      { title: "folder", text: ({ name }) => escapeText(name), shrinks: true },
      {
        title: "state",
        text: state,
        style: (text, { faults }) => terminal.style(faults.length === 0 ? "green" : "red", text),
      },
      { title: "to be taken", text: ({ untaken }) => `${untaken ?? "?"}`, align: "right" },
      { title: "in work", text: ({ processing }) => `${processing}`, align: "right" },
      { title: "ignored", text: ({ ignored }) => `${ignored ?? "?"}`, align: "right" },
    ],
    terminal,
  );
  const isAny = folders.some(({ ignored }) => (ignored ?? 0) > 0);
  const names = isAny ? ["  autod run --dry-run names what is ignored, and says why"] : [];
  const faults = folders.flatMap((one) =>
    one.faults.flatMap(({ root, path, message, hint }) => [
      ...wrap(escapeText(`${one.name}: ${root} ${path} ${message}`), terminal.width, "  "),
      ...hintLines(hint, terminal.width),
    ]),
  );
  return [...rows, ...names, ...faults];
}

/** How each folder is watched, and what that is known by. */
function watchingLines({ folders }: Survey, { width }: Terminal): string[] {
  return folders.flatMap(({ name, watching }) => {
    if (!watching) return [];
    const { how, why, hint, lastEventAt, lastRescan } = watching;
    const verb = how === "native" ? "watched" : "polled";
    const event = lastEventAt === null ? "no event yet" : `last event ${localTime(lastEventAt)}`;
    const text = `${name}: ${verb}, ${why}; ${event}${rescanWords(lastRescan)}`;
    return [...wrap(escapeText(text), width - 2, ""), ...hintLines(hint, width)];
  });
}

function rescanWords(rescan: Watching["lastRescan"]): string {
  if (!rescan) return "";
  const { at, found, missed } = rescan;
  const news = found === 0 ? "found nothing new" : `found ${found} new`;
  const untold = missed === 0 ? "" : `, ${missed} of which no event had told`;
  return `; last listed ${localTime(at)}, ${news}${untold}`;
}

function documentLines(survey: Survey, terminal: Terminal): string[] {
  const { documents, remaining, possibleDuplicates } = survey;
  const counted = statuses
    .filter((one) => documents[one] > 0)
    .map((one) => `${documents[one]} ${paintStatus(one, one, terminal)}`);
  const left = remaining === null ? [] : [`all that is to be taken is done ${inWords(remaining)}`];
  const aside = documents.review > 0 ? ["autod review shows what is to be looked at"] : [];
  const alike =
    possibleDuplicates > 0
      ? [`${possibleDuplicates} look like another document: autod list --possible-duplicates`]
      : [];
  return [counted.length === 0 ? "none yet" : counted.join(", "), ...aside, ...alike, ...left];
}

/** How long something will take, as precisely as anybody can know. */
function inWords(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  if (minutes < 1) return "in less than a minute";
  if (minutes < 90) return `in about ${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 36 ? `in about ${Math.round(hours)} h` : `in about ${Math.round(hours / 24)} days`;
}

function waitingLines({ waiting }: Survey, { width }: Terminal): string[] {
  return waiting.flatMap(({ reason, code, hint, documents, since, retryAt }) => {
    const several = documents > 1;
    const verb = `${several ? "wait" : "waits"}${reason === "retry" ? "" : " for"}`;
    const words = waitingWords(reason, code, retryAt, several);
    const line = `${documents} ${verb} ${words}, since ${localTime(since)}`;
    return [...wrap(escapeText(line), width - 2, ""), ...hintLines(hint, width)];
  });
}

function blockLines({ blocks }: Survey, { width }: Terminal): string[] {
  return blocks.flatMap(({ scope, name, code, message, since, documents }) => {
    const line = `${scope} ${name}: ${code} since ${localTime(since)}, for ${documentsOf(documents)}`;
    return [...wrap(escapeText(line), width - 2, ""), ...hintLines(message, width)];
  });
}

const hintLines = (text: string | null, width: number): string[] =>
  text === null ? [] : wrap(escapeText(text), width - 2, "  ");

const documentsOf = (count: number): string => `${count} ${count === 1 ? "document" : "documents"}`;

function callLines({ asks: { sent, ok, failed } }: Survey): string[] {
  if (sent === 0) return [];
  const number = (count: number) => count.toLocaleString("en");
  const share = `${((ok / sent) * 100).toFixed(1)} % ok`;
  return [`${number(sent)} sent, ${number(ok)} ok, ${number(failed)} failed (${share})`];
}

type Spent = Survey["spending"]["day"];

function costLines({ spending: { day, month, folders: own }, folders }: Survey): string[] {
  const line = (name: string, { costUsd, possibleUsd, capUsd }: Spent) => {
    const possible =
      parseAmount(possibleUsd) === 0n ? "" : `, possibly ${showUsd(possibleUsd)} more`;
    const cap = capUsd === null ? "no budget" : `of ${showUsd(capUsd)}`;
    return `${name.padEnd(12)}${showUsd(costUsd)} ${cap}${possible}`;
  };
  const capped = (spent: Spent) => spent.capUsd !== null;
  const ofFolders = own.flatMap((one) => [
    ...(capped(one.day) ? [`${escapeText(one.name)}: ${line("today", one.day)}`] : []),
    ...(capped(one.month) ? [`${escapeText(one.name)}: ${line("this month", one.month)}`] : []),
  ]);
  const usedUp = folders.flatMap(({ name, budget }) =>
    budget === null
      ? []
      : [
          `${escapeText(name)}: nothing is taken until ${localTime(budget.until)}; ${budget.message}`,
        ],
  );
  return [line("today", day), line("this month", month), ...ofFolders, ...usedUp];
}

function notifyLines({ daemon }: Survey, { width, style }: Terminal): string[] {
  const state = daemon?.notify;
  if (!state) return [];
  const { sent, failed, dropped, lastSentAt, lastFailure } = state;
  const rest = [
    failed > 0 ? `, ${failed} failed` : "",
    dropped > 0 ? `, ${dropped} left out for there were too many` : "",
  ];
  const isWell = lastFailure === null || lastFailure.at < (lastSentAt ?? "");
  const failure = isWell
    ? []
    : wrap(
        escapeText(`the last failed at ${localTime(lastFailure.at)}: ${lastFailure.message}`),
        width - 2,
        "",
      );
  return [`${sent} sent${rest.join("")}`, ...failure.map((line) => style("yellow", line))];
}

function shutdownLines({ shutdowns }: Survey, { width, style }: Terminal): string[] {
  const lines = shutdowns.map((one) => style("yellow", shutdownWords(one)));
  return shutdowns.length === 0 ? [] : [...lines, ...hintLines(shutdownHint, width)];
}
