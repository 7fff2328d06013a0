import { resolve } from "node:path";
import { AutodError } from "../errors.ts";
import { backUp } from "../store/backup.ts";
import { restore } from "../store/restore.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { holdStore } from "./hold.ts";
import { notOneOf } from "./option.ts";
import { wrap } from "./wrap.ts";

export const store: Command = {
  usage: "store <action> [file]",
  summary: "Back the store up, or put a backup in its place",
  options: [jsonOption],
  example: "autod store backup",

  async run(invocation) {
    const [action = "nothing", file] = invocation.args;
    if (action === "backup") return await takeBackup(invocation);
    if (action !== "restore") throw notOneOf("store", action, ["backup", "restore"]);
    if (file !== undefined) return await putBack(invocation, resolve(file));
    throw new AutodError("ARGUMENT_INVALID", "store restore takes the file of a backup", {
      hint: "They lie in backups, in the folder that is dataDir; autod status says where that is.",
    });
  },
};

/** Beside a running autod too. */
async function takeBackup(invocation: Invocation): Promise<number> {
  const { dataDir } = await invocation.cli.config({ looking: true });
  const records = await readRecords(dataDir);
  const path = await backUp(dataDir, new Map(records.map((record) => [record.sha256, record])));
  const facts = { path, documents: records.length };
  tell(invocation, facts, ({ width }) =>
    wrap(`${documentsOf(records.length)} backed up as ${escapeText(path)}`, width, ""),
  );
  return exit.done;
}

async function putBack(invocation: Invocation, file: string): Promise<number> {
  const { dataDir } = await invocation.cli.config();
  using held = await holdStore(
    dataDir,
    "Stop it, restore, and start it again: autod service stop.",
  );
  const restored = await restore(held.path, file);
  tell(invocation, restored, ({ width }) => {
    const { documents, before, callsKept } = restored;
    const lines = [
      `the store is what ${escapeText(file)} holds: ${documentsOf(documents)}`,
      ...before.map((path) => `what it was before is kept as ${escapeText(path)}`),
      ...(callsKept > 0
        ? [
            `${callsKept} ${callsKept === 1 ? "call that it doesn't know stays" : "calls that it doesn't know stay"} in all totals`,
          ]
        : []),
    ];
    return lines.flatMap((line) =>
      wrap(line, width, "").map((part, at) => (at === 0 ? part : `  ${part}`)),
    );
  });
  return exit.done;
}

const documentsOf = (count: number): string =>
  `${count.toLocaleString("en")} ${count === 1 ? "document" : "documents"}`;
