import { aboutEach } from "./about-each.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { carryOut } from "./desk.ts";

export const forget: Command = {
  usage: "forget <ids...>",
  summary: "Remove what is known of documents, not their PDFs",
  options: [["--yes", "also where an answer that was paid for is lost with it"], jsonOption],
  example: "autod forget 3f2a9c",

  async run(invocation) {
    const { args, options, cli } = invocation;
    const order = { ids: [...args], lose: Boolean(options["yes"]) };
    const farewells = await carryOut("forget", order, await cli.config(), cli);
    tell(invocation, farewells, (terminal) => aboutEach(farewells, terminal));
    return farewells.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
  },
};
