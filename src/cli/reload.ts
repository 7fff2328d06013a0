import { order } from "../socket/ask.ts";
import { reloaded } from "../state.ts";
import { type Command, exit, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { wrap } from "./wrap.ts";

export const reload: Command = {
  usage: "reload",
  summary: "Have the running autod read its configuration anew",
  options: [jsonOption],
  example: "autod reload",

  async run(invocation) {
    const { cli } = invocation;
    const { socket } = await cli.config();
    const { signal, terminal } = cli;
    const asked = { path: "/v1/reload", body: null, shape: reloaded, signal };
    const told = await order(socket, asked);
    if (!told) {
      terminal.note("autod is not running; it reads its configuration when it starts");
      return exit.unwell;
    }
    tell(invocation, told, ({ width }) => {
      const { file, folders, later, leaving } = told;
      const count = folders.length === 1 ? "1 folder" : `${folders.length} folders`;
      const lines = [
        `${file} is in force: ${count}, ${folders.join(", ")}`,
        ...(leaving > 0
          ? [
              `${leaving === 1 ? "1 document is" : `${leaving} documents are`} ended by what was in force before`,
            ]
          : []),
        ...(later.length > 0 ? [`from the next start on: ${later.join(", ")}`] : []),
      ];
      return lines.flatMap((line) =>
        wrap(escapeText(line), width, "  ").map((part, at) => (at === 0 ? part.trimStart() : part)),
      );
    });
    return exit.done;
  },
};
