import { stringify } from "yaml";
import { z } from "zod";
import { unfold } from "./fold.ts";
import { type Config, documented, settings } from "./schema.ts";

/**
 * The configuration as it is in effect, as YAML that can be loaded again; the file it came from stands above.
 * Passwords are left out, which is said there too.
 */
export function printConfig(config: Config): string {
  const { file, socket: _, ...settled } = config;
  const written = withoutPasswords(z.encode(settings(documented), unfold(settled)));
  const isLess = Object.values(config.profiles).some(({ passwords }) => isTold(passwords));
  const note = isLess ? "# Passwords are left out.\n" : "";
  return `# ${JSON.stringify(file)}\n${note}${stringify(written, { lineWidth: 0 })}`;
}

interface WithProfiles {
  readonly profiles?:
    | Readonly<Record<string, { readonly passwords?: unknown } | undefined>>
    | undefined;
}

/** The same without the passwords that stand in it; the path of a file of them stays. */
export function withoutPasswords<Whole extends WithProfiles>(whole: Whole): Whole {
  const profiles = Object.entries(whole.profiles ?? {}).map(([key, profile]) => {
    const { passwords, ...rest } = profile ?? {};
    return [key, isTold(passwords) ? rest : profile] as const;
  });
  return { ...whole, profiles: Object.fromEntries(profiles) };
}

const isTold = (passwords: unknown): boolean => Array.isArray(passwords) && passwords.length > 0;
