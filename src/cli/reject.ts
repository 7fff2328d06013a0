import { rejectDocument } from "../intake/deeds/review.ts";
import { type Command, jsonOption } from "./command.ts";
import { decideEach } from "./decide-each.ts";

export const reject: Command = {
  usage: "reject <ids...>",
  summary: "Give up what was read in documents that were set aside",
  options: [jsonOption],
  example: "autod reject 3f2a9c",
  run: (invocation) =>
    decideEach(invocation, {
      deed: "reject",
      event: "document.quarantined",
      act: rejectDocument,
    }),
};
