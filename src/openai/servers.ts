import type { Config } from "../config/schema.ts";
import type { Extractor, TextOf } from "./extractor.ts";
import type { Files } from "./files.ts";
import { longestPatience } from "./patience.ts";
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
      const connected = async () => {
        const rooms = await loaded();
        const connection = rooms.connect(server, key, patience);
        // One that comes too late is of no use.
        if (stack.disposed) await connection[Symbol.asyncDispose]();
        else stack.use(connection);
        return {
          files: rooms.openFiles(connection, instance),
          extractor: rooms.openExtractor(connection, textOf),
          probe: (model: string, signal: AbortSignal) => rooms.probe(connection, model, signal),
        };
      };
      return [[name, whenAsked(connected)] as const];
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
    probe: (profile, signal) => serverOf(profile).probe(profile.settings.model, signal),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

interface Server {
  readonly files: Files;
  readonly extractor: Extractor;
  readonly probe: (model: string, signal: AbortSignal) => Promise<void>;
}

/** A server that is connected to when it is first asked for something. */
function whenAsked(connect: () => Promise<Server>): Server {
  let connected: Promise<Server> | undefined;
  const server = () => (connected ??= connect());
  return {
    files: {
      upload: async (...what) => await (await server()).files.upload(...what),
      remove: async (...what) => await (await server()).files.remove(...what),
      async *list(signal) {
        yield* (await server()).files.list(signal);
      },
    },
    extractor: {
      start: async (...what) => await (await server()).extractor.start(...what),
      fetch: async (...what) => await (await server()).extractor.fetch(...what),
      remove: async (...what) => await (await server()).extractor.remove(...what),
    },
    probe: async (...what) => await (await server()).probe(...what),
  };
}

/** The SDK takes more memory than most of autod: who has nothing to ask doesn't load it. */
async function loaded() {
  const [{ connect }, { openExtractor }, { openFiles }, { probe }] = await Promise.all([
    import("./client.ts"),
    import("./extractor.ts"),
    import("./files.ts"),
    import("./probe.ts"),
  ]);
  return { connect, openExtractor, openFiles, probe };
}
