import { AutodError } from "../errors.ts";
import { releaseDocument } from "../intake/release.ts";
import { openRoots } from "../intake/roots.ts";
import { findByPrefix, openStore } from "../store/store.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { aboutEach } from "./about-each.ts";
import { holdStore } from "./hold.ts";
import { together } from "./together.ts";

export const retry: Command = {
  usage: "retry [ids...]",
  summary: "Take back to work what failed, waits or was undone",
  options: [["--all", "everything that is in quarantine or waits"], jsonOption],
  example: "autod retry 3f2a9c",

  async run(invocation) {
    const { args, options, cli } = invocation;
    const all = Boolean(options["all"]);
    if (all === args.length > 0) {
      throw new AutodError("ARGUMENT_INVALID", "retry takes the ids of documents, or --all");
    }
    const config = await cli.config();
    using held = await holdStore(config.dataDir, WHILE_RUNNING);
    const roots = openRoots(config, { remembers: true });
    await using store = await openStore(held.path);
    const records = [...store.all()];
    const chosen = all
      ? records.filter(({ status }) => status === "quarantined" || status === "waiting")
      : [...new Set(args.map((id) => findByPrefix(records, id)))];
    const releases = await together(chosen, (record) => releaseDocument(record, roots, store));
    const isUndone = records.some(({ status }) => status === "undone");
    const undone = isUndone ? "; what was undone is taken by its id" : "";
    const isAny = releases.some(({ verdict }) => verdict !== "refused");
    tell(invocation, releases, (terminal) =>
      releases.length === 0
        ? [`nothing is in quarantine or waits${undone}`]
        : [
            ...aboutEach(releases, terminal),
            ...(isAny ? ["autod run takes up what is back."] : []),
          ],
    );
    return releases.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
  },
};

const WHILE_RUNNING =
  "Stop it, retry, and start it again. While it runs, it takes what waits once you touch the file, and what you move from quarantine back into the inbox, if that cost nothing yet.";
