import type { Config } from "../config/schema.ts";
import { connect } from "./client.ts";
import { type Extractor, openExtractor, type TextOf } from "./extractor.ts";
import { type Files, openFiles } from "./files.ts";
import { longestPatience } from "./patience.ts";
import { probe } from "./probe.ts";
import type { Profile } from "./profile.ts";

/** The servers that profiles name, each reached with its own key; disposing cuts every line. */
export interface Servers extends AsyncDisposable {
  readonly filesOf: (profile: Profile) => Files;
  readonly extractorOf: (profile: Profile) => Extractor;
  /**
   * Asks a profile's server about its model, free of charge and within 30 s: resolves where the server
   * answers and speaks of no trouble with the account or the model, and throws an error of ours otherwise.
   */
  readonly probe: (profile: Profile, signal: AbortSignal) => Promise<void>;
}

/** `keys` holds the key of each server by its name; `textOf` reads what a profile sends of the text layer of a PDF. */
export function openServers(
  { servers, profiles }: Pick<Config, "servers" | "profiles">,
  keys: ReadonlyMap<string, string>,
  instance: string,
  textOf: TextOf,
): Servers {
  const stack = new AsyncDisposableStack();
  const open = new Map(
    [...keys].flatMap(([name, key]) => {
      const server = servers[name];
      if (!server) return [];
      const patience = longestPatience(name, profiles, server.timeout);
      const connection = stack.use(connect(server, key, patience));
      const files = openFiles(connection, instance);
      const extractor = openExtractor(connection, textOf);
      return [[name, { connection, files, extractor }] as const];
    }),
  );
  const serverOf = ({ settings }: Profile) => {
    const found = open.get(settings.server);
    if (!found) throw new Error(`server ${settings.server} was not opened`);
    return found;
  };
  return {
    filesOf: (profile) => serverOf(profile).files,
    extractorOf: (profile) => serverOf(profile).extractor,
    probe: (profile, signal) => probe(serverOf(profile).connection, profile.settings.model, signal),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
