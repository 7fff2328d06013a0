import { type Command, jsonOption } from "./command.ts";
import { decide } from "./decide.ts";

export const reject: Command = {
  usage: "reject <ids...>",
  summary: "Give up what was read in documents that were set aside",
  options: [jsonOption],
  example: "autod reject 3f2a9c",
  run: (invocation) => decide(invocation, "reject", { ids: [...invocation.args] }),
};
