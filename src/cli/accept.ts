import { acceptDocument } from "../intake/deeds/review.ts";
import { type Command, jsonOption } from "./command.ts";
import { decideEach } from "./decide-each.ts";

export const accept: Command = {
  usage: "accept <ids...>",
  summary: "File documents that were set aside, as they were read",
  options: [jsonOption],
  example: "autod accept 3f2a9c",
  run: (invocation) =>
    decideEach(invocation, {
      deed: "accept",
      event: "document.archived",
      act: acceptDocument,
    }),
};
