import { openCatalogue } from "../catalogue/catalogue.ts";
import { forgetDocument } from "../intake/forget.ts";
import { openRoots } from "../intake/roots.ts";
import { findByPrefix, openStore } from "../store/store.ts";
import { aboutEach } from "./about-each.ts";
import { holdStore } from "./hold.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { together } from "./together.ts";

export const forget: Command = {
  usage: "forget <ids...>",
  summary: "Remove what is known of documents, not their PDFs",
  options: [["--yes", "also where an answer that was paid for is lost with it"], jsonOption],
  example: "autod forget 3f2a9c",

  async run(invocation) {
    const { args, options, cli } = invocation;
    const config = await cli.config();
    using held = await holdStore(config.dataDir, "Stop it, forget, and start it again.");
    const roots = openRoots(config, { remembers: true });
    await using store = await openStore(held.path);
    const { twinsOf } = openCatalogue(store, () => undefined);
    const records = [...store.all()];
    const chosen = [...new Set(args.map((id) => findByPrefix(records, id)))];
    const farewells = await together(chosen, (record) =>
      forgetDocument(record, store, roots, twinsOf, Boolean(options["yes"])),
    );
    tell(invocation, farewells, (terminal) => aboutEach(farewells, terminal));
    return farewells.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
  },
};
