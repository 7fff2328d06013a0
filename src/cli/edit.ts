import { AutodError } from "../errors.ts";
import { type Command, jsonOption } from "./command.ts";
import { decide } from "./decide.ts";

export const edit: Command = {
  usage: "edit <id> <changes...>",
  summary: "Correct what was read: KEY=VALUE; the file is renamed accordingly",
  options: [jsonOption],
  example: "autod edit 3f2a9c issuer='Stadtwerke Musterstadt' documentDate=2026-01-15",

  async run(invocation) {
    const [id = "", ...changes] = invocation.args;
    if (changes.length > 0) return await decide(invocation, "edit", { id, changes });
    throw new AutodError("ARGUMENT_INVALID", "edit takes the id of a document and KEY=VALUE");
  },
};
