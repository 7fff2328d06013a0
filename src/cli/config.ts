import { jsonSchema } from "../config/json-schema.ts";
import { requirePasswords } from "../config/passwords.ts";
import { printConfig, withoutPasswords } from "../config/print.ts";
import { prepareProfiles, profileNamed } from "../openai/profile.ts";
import { requestFor } from "../openai/prompt.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { hintsFrom } from "./hints.ts";
import { notOneOf } from "./option.ts";
import { profileOption } from "./profile-option.ts";
import { wrap } from "./wrap.ts";

export const config: Command = {
  usage: "config <action> [profile]",
  summary: "Check the configuration, print it, its schema, or what a profile sends",
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
      case "prompt":
        return await printPrompt({ args, options, cli });
      default:
        throw notOneOf("config", args[0] ?? "nothing", ["check", "print", "schema", "prompt"]);
    }
  },
};

/** All that goes out beside a document, so that nobody has to guess what a model, and a server, is told. */
async function printPrompt(invocation: Invocation): Promise<number> {
  const { args, cli } = invocation;
  const settings = await cli.config({ looking: true });
  const profiles = prepareProfiles(settings.profiles);
  const profile = profileNamed(profiles, profileOption(args[1], settings));
  const { instructions, jsonSchema: schema } = profile;
  const hints = hintsFrom(await readRecords(settings.dataDir), settings.profiles)(profile);
  const request = requestFor(profile.settings);
  tell(invocation, { instructions, hints, request, schema }, ({ style, width }) => {
    const lines = (text: string) =>
      text.split("\n").flatMap((line) => wrap(escapeText(line), width, ""));
    const parts = { instructions, hints, request, schema: JSON.stringify(schema) };
    return Object.entries(parts)
      .filter(([, text]) => text !== "")
      .flatMap(([title, text]) => [style("bold", title), ...lines(text), ""]);
  });
  return exit.done;
}
