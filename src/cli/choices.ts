import { join, resolve } from "node:path";
import type { Choices } from "../config/compose.ts";
import { expand } from "../config/expand.ts";
import { AutodError } from "../errors.ts";
import type { Given, Invocation } from "./command.ts";

/** What the flags of `init` decide, with its folders in `dir`. Throws ARGUMENT_INVALID. */
export function choicesFrom(
  dir: string,
  options: Invocation["options"],
  env: NodeJS.ProcessEnv,
): Choices {
  const path = (name: string, given: Given) => {
    const said = text(given);
    return said === undefined ? undefined : absolute(name, said, env);
  };
  const home = absolute("DIR", dir, env);
  const { me } = options;
  return {
    inbox: path("--inbox", options["inbox"]) ?? join(home, "Inbox"),
    archive: path("--archive", options["archive"]) ?? join(home, "Archive"),
    quarantine: path("--quarantine", options["quarantine"]) ?? join(home, "Quarantine"),
    me: typeof me === "object" ? me : [],
    model: text(options["model"]),
    baseUrl: text(options["baseUrl"]),
    apiKeyFile: path("--key-file", options["keyFile"]),
    dataDir: path("--data-dir", options["dataDir"]),
    perDocument: text(options["perDocument"]),
    perDay: text(options["perDay"]),
    perMonth: text(options["perMonth"]),
  };
}

/** The text that an option was given, if one was. */
export const text = (given: Given): string | undefined =>
  typeof given === "string" ? given : undefined;

function absolute(name: string, said: string, env: NodeJS.ProcessEnv): string {
  try {
    // An empty variable of a shell would mean the folder that one happens to be in.
    if (said.trim() === "") throw new Error("it is empty");
    return expand(said.trim(), { env, folder: resolve() });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AutodError("ARGUMENT_INVALID", `${name} takes a path: ${reason}`, { cause });
  }
}
