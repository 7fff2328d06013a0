import { stringify } from "yaml";
import { z } from "zod";
import { unfold } from "./fold.ts";
import { type Config, documented, settings } from "./schema.ts";

/** The configuration as it is in effect, as YAML that can be loaded again; the file it came from stands above. */
export function printConfig(config: Config): string {
  const { file, socket: _, ...settled } = config;
  const written = z.encode(settings(documented), unfold(settled));
  return `# ${JSON.stringify(file)}\n${stringify(written, { lineWidth: 0 })}`;
}
