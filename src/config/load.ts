import { dirname, join } from "node:path";
import envPaths from "env-paths";
import { AutodError } from "../errors.ts";
import { disagreements } from "./agree.ts";
import { expand } from "./expand.ts";
import { type Fault, faultsOf } from "./fault.ts";
import { findConfig } from "./find.ts";
import { fold } from "./fold.ts";
import { outline } from "./outline.ts";
import { type Flags, originsOf, override, overridesOf } from "./override.ts";
import { readText } from "./read.ts";
import { overlaps } from "./roots.ts";
import { type Config, type Place, settings } from "./schema.ts";
import { readSource } from "./source.ts";
import { socketOf } from "./socket.ts";
import { wording } from "./wording.ts";

interface LoadOptions {
  readonly flags?: Flags;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whether ./autod.yaml will do: for commands that only look. */
  readonly looking?: boolean;
}

/**
 * Finds, reads and checks the configuration; flags win over variables, and these over the file.
 *
 * Throws CONFIG_MISSING naming the places looked at, or CONFIG_INVALID naming every fault on a line of its
 * own: `FILE:LINE: key: what is wrong`.
 */
export async function loadConfig({
  flags = {},
  env = process.env,
  cwd = process.cwd(),
  looking = false,
}: LoadOptions = {}): Promise<Config> {
  const paths = envPaths("autod", { suffix: "" });
  const file = await findConfig({
    flag: flags.config,
    variable: env["AUTOD_CONFIG"],
    folder: paths.config,
    cwd,
    looking,
  });
  const source = readSource(await readText(file));
  if (!source.readable) throw invalid(file, source.faults);

  const schema = checked({
    expand: (path) => expand(path, { env, folder: dirname(file) }),
    data: paths.data,
    logs: join(paths.log, "log"),
  });
  const overrides = overridesOf(flags, env, cwd);
  const result = await schema.safeParseAsync(overrides.reduce(override, source.value ?? {}), {
    error: wording,
  });
  const issues = result.error?.issues ?? [];
  const faults = [...source.faults, ...faultsOf(issues, source.lineOf, originsOf(overrides))];
  if (!result.success || faults.length > 0) throw invalid(file, faults);
  const settled = fold(result.data);
  return { ...settled, file, socket: socketOf(settled.dataDir, env["XDG_RUNTIME_DIR"]) };
}

/** What is looked at together is looked at also where parts are wrong, so that every fault is named at once. */
const checked = (place: Place) =>
  settings(place).superRefine(
    async (value, context) => {
      const seen = outline.parse(value);
      for (const { path, message } of [...disagreements(seen), ...(await overlaps(seen))]) {
        context.addIssue({ code: "custom", path, message });
      }
    },
    { when: () => true },
  );

function invalid(file: string, faults: readonly Fault[]): AutodError {
  const lines = faults
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, text }) => (line === undefined ? text : `${file}:${line}: ${text}`));
  return new AutodError("CONFIG_INVALID", lines.join("\n"));
}
