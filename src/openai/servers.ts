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
      const opened = once(async () => {
        // The SDK takes more memory than all of autod: nothing loads it before it is needed.
        const { client, extractor, files, probe } = await rooms();
        const connection = client.connect(server, key, patience);
        // Of one that comes too late nothing is asked any more.
        if (stack.disposed) await connection[Symbol.asyncDispose]();
        else stack.use(connection);
        return {
          files: files.openFiles(connection, instance),
          extractor: extractor.openExtractor(connection, textOf),
          probe: (model: string, signal: AbortSignal) => probe.probe(connection, model, signal),
        };
      });
      return [[name, opened] as const];
    }),
  );
  const serverOf = ({ settings }: Profile) => {
    const found = open.get(settings.server);
    if (!found) throw new Error(`server ${settings.server} was not opened`);
    return found;
  };
  return {
    filesOf(profile) {
      const opened = serverOf(profile);
      return {
        upload: async (...what) => (await opened()).files.upload(...what),
        remove: async (...what) => (await opened()).files.remove(...what),
        async *list(signal) {
          yield* (await opened()).files.list(signal);
        },
      };
    },
    extractorOf(profile) {
      const opened = serverOf(profile);
      return {
        start: async (...what) => (await opened()).extractor.start(...what),
        fetch: async (...what) => (await opened()).extractor.fetch(...what),
        remove: async (...what) => (await opened()).extractor.remove(...what),
      };
    },
    async probe(profile, signal) {
      await (await serverOf(profile)()).probe(profile.settings.model, signal);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function rooms() {
  const [client, extractor, files, probe] = await Promise.all([
    import("./client.ts"),
    import("./extractor.ts"),
    import("./files.ts"),
    import("./probe.ts"),
  ]);
  return { client, extractor, files, probe };
}

function once<One>(act: () => Promise<One>): () => Promise<One> {
  let done: Promise<One> | undefined;
  return () => (done ??= act());
}
