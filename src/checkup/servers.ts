import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { fault, type Finding, warning, well } from "../intake/finding.ts";
import { connect } from "../openai/client.ts";
import { probe } from "../openai/probe.ts";

interface Asking {
  /** The key of the server that a profile names; throws as `findKey` does. */
  readonly keyOf: (profile: string) => Promise<string>;
  readonly signal: AbortSignal;
  /** Milliseconds that an answer may take. */
  readonly most?: number;
}

/** Whether each server that folders' documents go to answers, and takes its key: asked free of charge. */
export async function checkServers(
  { folders, profiles, servers }: Config,
  asking: Asking,
): Promise<readonly Finding[]> {
  const names = [...new Set(folders.map(({ profile }) => profile))];
  const byServer = Map.groupBy(names, (name) => (profiles[name] ?? profiles.default).server);
  const looks = [...byServer].map(async ([server, readers]) => {
    const settings = servers[server];
    if (!settings) return [];
    const models = new Set(readers.map((name) => (profiles[name] ?? profiles.default).model));
    return await checkServer(`server ${server}`, settings, readers[0] ?? "", [...models], asking);
  });
  return (await Promise.all(looks)).flat();
}

async function checkServer(
  about: string,
  server: Config["servers"][string],
  profile: string,
  models: readonly string[],
  { keyOf, signal, most = 15_000 }: Asking,
): Promise<readonly Finding[]> {
  const key = await keyOf(profile).catch(asTrouble);
  if (key instanceof AutodError) return [fault(about, key.message, key.hint)];
  await using connection = connect(server, key);
  const answers = models.map((model) => probe(connection, model, signal, most).catch(asTrouble));
  const troubles = (await Promise.all(answers)).filter((one) => one instanceof AutodError);
  const found = new Map(troubles.map((one) => [one.message, findingOf(about, one)]));
  if (found.size > 0) return [...found.values()];
  const { host } = new URL(server.baseUrl);
  const against = [...(key === "none" ? [] : ["the key"]), ...models].join(" or ");
  return [well(about, `${host} answers, and has nothing against ${against}`)];
}

function asTrouble(error: unknown): AutodError {
  if (error instanceof AutodError) return error;
  throw error;
}

/** One that is busy now will answer; one that can't be reached may have the wrong address. */
const findingOf = (about: string, { code, kind, message, hint }: AutodError): Finding =>
  (kind === "transient" && code !== "API_UNREACHABLE" ? warning : fault)(about, message, hint);
