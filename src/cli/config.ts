import { jsonSchema } from "../config/json-schema.ts";
import { requirePasswords } from "../config/passwords.ts";
import { printConfig, withoutPasswords } from "../config/print.ts";
import { type Command, exit, jsonOption } from "./command.ts";
import { escapeText } from "./escape.ts";
import { notOneOf } from "./option.ts";

export const config: Command = {
  usage: "config <action>",
  summary: "Check the configuration, print it, or print its schema",
  options: [jsonOption],
  example: "autod config check --config ./autod.yaml",

  async run({ args, options, cli }) {
    const { terminal } = cli;
    switch (args[0]) {
      case "check": {
        const { file, folders, profiles } = await cli.config({ looking: true });
        await requirePasswords({ folders, profiles });
        const names = folders.map(({ name }) => name).join(", ");
        if (options["json"]) terminal.print(JSON.stringify({ file, valid: true }));
        else terminal.print(`${escapeText(file)} is valid; it watches ${names}`);
        return exit.done;
      }
      case "print": {
        const settings = await cli.config({ looking: true });
        const text = options["json"]
          ? JSON.stringify(withoutPasswords(settings), null, 2)
          : printConfig(settings);
        terminal.print(text.trimEnd());
        return exit.done;
      }
      case "schema":
        terminal.print(JSON.stringify(jsonSchema(), null, 2));
        return exit.done;
      default:
        throw notOneOf("config", args[0] ?? "nothing", ["check", "print", "schema"]);
    }
  },
};
