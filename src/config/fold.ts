import type { Config, Settings } from "./schema.ts";
import { documented, settings } from "./schema.ts";

/** The settings with `openai` where it belongs: among the servers. */
export function fold({ openai, servers, ...rest }: Settings): Omit<Config, "file" | "socket"> {
  const own = openai ?? servers.openai ?? settings(documented).shape.openai.unwrap().parse({});
  return { ...rest, servers: { ...servers, openai: own } };
}

/** The settings as people write them: what `fold` undoes. */
export function unfold({ servers, ...rest }: Omit<Config, "file" | "socket">): Settings {
  const { openai, ...others } = servers;
  return { ...rest, openai, servers: others };
}
