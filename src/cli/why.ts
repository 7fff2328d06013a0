import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type Explanation, explain } from "../intake/explain.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { describeRecord } from "./show.ts";
import type { Terminal } from "./terminal.ts";

export const why: Command = {
  usage: "why <path>",
  summary: "What became of a file, or why nothing did",
  options: [jsonOption],
  example: "autod why ~/autod/Inbox/scan0001.pdf",

  async run(invocation) {
    const { args, cli } = invocation;
    const { dataDir, folders } = await cli.config({ looking: true });
    const path = await throughLinks(
      resolve(args[0] ?? ""),
      folders.map(({ inbox }) => inbox),
    );
    const explanation = await explain(path, folders, await readRecords(dataDir));
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
  switch (explanation.verdict) {
    case "document":
      return [`${name} is this document:`, "", ...describeRecord(explanation.record, terminal)];
    case "duplicate":
      return [
        `${name} has the same bytes as this document, so it was not read again:`,
        "",
        ...describeRecord(explanation.record, terminal),
      ];
    case "ignored":
      return [`${name} stays where it is: ${explanation.message} (${explanation.code}).`];
    case "not-yet":
      return [
        `${name} has not been taken yet, and nothing speaks against it.`,
        `Folder ${explanation.folder} takes it while autod run is running, or with autod run --once.`,
      ];
    case "elsewhere":
      return [`${name} is in no watched folder, and none of its bytes are known.`];
    case "missing":
      return [`${name} doesn't exist, and no document ever came from there.`];
  }
}
