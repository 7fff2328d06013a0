import { type Command, jsonOption } from "./command.ts";
import { decide } from "./decide.ts";

export const accept: Command = {
  usage: "accept <ids...>",
  summary: "File documents that were set aside, as they were read",
  options: [jsonOption],
  example: "autod accept 3f2a9c",
  run: (invocation) => decide(invocation, "accept", { ids: [...invocation.args] }),
};
