import { expand } from "./expand.ts";

/** What the command line says. */
export interface Flags {
  /** The file with the configuration. */
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly concurrency?: number | string | undefined;
}

/** A setting that the command line or a variable says. */
interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Who says so. */
  readonly origin: string;
}

/** What flags and variables say instead of the file; paths among it are relative to `cwd`. */
export function overridesOf(flags: Flags, env: NodeJS.ProcessEnv, cwd: string): Override[] {
  const absolute = (path: string | undefined) => path && located(path, env, cwd);
  return [
    { path: ["dataDir"], value: absolute(env["AUTOD_DATA_DIR"]), origin: "AUTOD_DATA_DIR" },
    { path: ["dataDir"], value: absolute(flags.dataDir), origin: "--data-dir" },
    { path: ["logs", "level"], value: env["AUTOD_LOG_LEVEL"], origin: "AUTOD_LOG_LEVEL" },
    { path: ["logs", "level"], value: flags.logLevel, origin: "--log-level" },
    { path: ["concurrency"], value: flags.concurrency, origin: "--concurrency" },
  ].filter(({ value }) => value !== undefined && value !== "");
}

/** The settings with one of them replaced. */
export function override(settings: unknown, { path, value }: Override): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  // what isn't a mapping is reported as it is
  if (!isMapping(settings)) return settings;
  return { ...settings, [key]: override(settings[key] ?? {}, { path: rest, value, origin: "" }) };
}

/** Who says what, by the setting's name; the last one wins. */
export const originsOf = (overrides: readonly Override[]): ReadonlyMap<string, string> =>
  new Map(overrides.map(({ path, origin }) => [path.join("."), origin]));

function located(path: string, env: NodeJS.ProcessEnv, folder: string): string {
  try {
    return expand(path, { env, folder });
  } catch {
    // the schema expands it again, and reports what is wrong with it
    return path;
  }
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
