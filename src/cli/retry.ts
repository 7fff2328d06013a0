import { AutodError } from "../errors.ts";
import { readRecords } from "../store/store.ts";
import { aboutEach } from "./about-each.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { carryOut } from "./desk.ts";

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
    const order = all ? { all: true as const } : { ids: [...args] };
    const releases = await carryOut("retry", order, config, cli);
    const isNone = releases.length === 0;
    const records = isNone ? await readRecords(config.dataDir) : [];
    const isUndone = records.some(({ status }) => status === "undone");
    const undone = isUndone ? "; what was undone is taken by its id" : "";
    const isAny = releases.some(({ verdict }) => verdict !== "refused");
    tell(invocation, releases, (terminal) =>
      isNone
        ? [`nothing is in quarantine or waits${undone}`]
        : [
            ...aboutEach(releases, terminal),
            ...(isAny ? ["autod run takes up what is back."] : []),
          ],
    );
    return releases.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
  },
};
