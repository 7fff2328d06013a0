import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AutodError } from "../errors.ts";
import { type Explanation, explain } from "../intake/explain.ts";
import { resting } from "../intake/resting.ts";
import { openRoots } from "../intake/roots.ts";
import { allowanceBy } from "../money/allowance.ts";
import { prepareProfiles } from "../openai/profile.ts";
import { ask } from "../socket/ask.ts";
import { readInstance } from "../store/data-dir.ts";
import { isHeld } from "../store/lock.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { localTime } from "./local-time.ts";
import { describeRecord } from "./show.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export const why: Command = {
  usage: "why <path>",
  summary: "What became of a file, or why nothing did",
  options: [jsonOption],
  example: "autod why ~/autod/Inbox/scan0001.pdf",

  async run(invocation) {
    const { args, cli } = invocation;
    const config = await cli.config({ looking: true });
    const { dataDir, folders } = config;
    const given = resolve(args[0] ?? "");
    if ((await lstat(given).catch(() => null))?.isDirectory()) {
      throw new AutodError(
        "ARGUMENT_INVALID",
        `${given} is a folder; why takes the path of a file`,
      );
    }
    const path = await throughLinks(
      given,
      folders.map(({ inbox }) => inbox),
    );
    const profiles = prepareProfiles(config.profiles);
    const explanation = await explain(path, {
      dataDir,
      roots: openRoots(config, { remembers: false }),
      records: await readRecords(dataDir),
      profiles,
      allowance: allowanceBy(config, profiles),
      running: isHeld(dataDir),
      instance: await readInstance(dataDir),
      restOf: (file) =>
        ask(config.socket, `/v1/rest?path=${encodeURIComponent(file)}`, resting.nullable()),
    });
    tell(invocation, explanation, (terminal) => sentences(explanation, terminal));
    return exit.done;
  },
};

/** A path may be typed by way of a link that the configuration knows by another name. */
async function throughLinks(path: string, inboxes: readonly string[]): Promise<string> {
  const real = join(await realpathOr(dirname(path)), basename(path));
  for (const inbox of inboxes) {
    const realInbox = await realpathOr(inbox);
    if (real.startsWith(`${realInbox}/`)) return inbox + real.slice(realInbox.length);
  }
  return path;
}

async function realpathOr(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function sentences(explanation: Explanation, terminal: Terminal): string[] {
  const name = escapeText(explanation.path);
  const say = (text: string) => wrap(escapeText(text), terminal.width, "");
  switch (explanation.verdict) {
    case "document":
      return [`${name} is this document:`, "", ...described(explanation, terminal)];
    case "duplicate":
      return [
        `${name} has the same bytes as this document, so it is not read again:`,
        "",
        ...described(explanation, terminal),
      ];
    case "in-work":
      return [
        `${name} is in work:`,
        ...say(`autod took it from folder ${explanation.folder}, and is looking what it is.`),
      ];
    case "ignored":
      return [
        `${name} stays where it is:`,
        ...say(`${explanation.message} (${explanation.code}).`),
      ];
    case "not-yet":
      return [`${name} has not been taken yet.`, ...pending(explanation, terminal)];
    case "offline":
      return [
        `${name} can't be looked at:`,
        ...say(`folder ${explanation.folder} is offline: ${explanation.message}.`),
      ];
    case "elsewhere":
      return [`${name} is in no watched folder, and no document has its bytes.`];
    case "missing":
      return [`${name} doesn't exist, and no document ever came from there.`];
  }
}

function described(
  { record, hidden }: Extract<Explanation, { verdict: "document" | "duplicate" }>,
  terminal: Terminal,
): string[] {
  const sentence = `Its file can't be seen now: ${hidden}.`;
  const away = hidden === null ? [] : ["", ...wrap(escapeText(sentence), terminal.width, "")];
  return [...describeRecord(record, terminal), ...away];
}

/** What keeps a file from being taken, each with what can be done about it. */
function pending(
  { folder, sameAs, obstacles }: Extract<Explanation, { verdict: "not-yet" }>,
  { width }: Terminal,
): string[] {
  const lines = obstacles.flatMap(({ code, message, hint, until }) => {
    const time = until === null ? "" : `, ${howLong(until)}`;
    const said = wrap(escapeText(`${message}${time} (${code})`), width, "  ");
    const listed = said.map((line, index) => (index === 0 ? `-${line.slice(1)}` : line));
    return [...listed, ...(hint === null ? [] : wrap(escapeText(hint), width, "  "))];
  });
  const none = `Nothing speaks against it: folder ${folder} takes it in its turn.`;
  const same = `It has the bytes of document ${sameAs}, so nothing is paid for it.`;
  return [
    ...(lines.length > 0 ? lines : wrap(escapeText(none), width, "")),
    ...(sameAs === null ? [] : wrap(same, width, "")),
  ];
}

/** What is over in a minute is said in seconds. */
function howLong(until: string): string {
  const seconds = Math.ceil((Date.parse(until) - Date.now()) / 1_000);
  return seconds < 60 ? `for ${Math.max(1, seconds)} s more` : `until ${localTime(until)}`;
}
