import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AutodError, isErrno } from "../errors.ts";
import { exists } from "./exists.ts";
import { configurationIn, type Here, planAnew } from "./plan.ts";
import { standing, type Supervisor } from "./supervisor.ts";

/** A service as it is installed, and how it stands. */
export const serviceState = z.object({
  manager: z.enum(["systemd", "launchd"]),
  system: z.boolean(),
  file: z.string(),
  installed: z.boolean(),
  gone: z.string().nullable().describe("What it should start, and isn't there any more."),
  stale: z.string().nullable().describe("What isn't as this autod would write it now."),
  /** The configuration that it reads; null where nothing is installed. */
  configuration: z.string().nullable(),
  ...standing.shape,
  /** Whether it outlives the user's session; null where that is no question, or nobody says. */
  lingers: z.boolean().nullable(),
});

export type ServiceState = z.infer<typeof serviceState>;

/** Looks at a service, and holds it against what this process would install on this Node. Changes nothing. */
export async function stateOf(supervisor: Supervisor, here: Here): Promise<ServiceState> {
  const { kind, isSystem, file } = supervisor;
  const text = await readInstalled(file);
  const words = text === null ? [] : supervisor.commandIn(text);
  const gone = text === null ? null : await goneIn(words);
  return {
    manager: kind,
    system: isSystem,
    file,
    installed: text !== null,
    gone,
    stale: text === null || gone !== null ? null : await staleIn(text, words, supervisor, here),
    configuration: configurationIn(words) ?? null,
    ...(await supervisor.standing()),
    lingers: await supervisor.lingers(),
  };
}

function orNull(error: unknown): null {
  if (error instanceof AutodError) return null;
  throw error;
}

/** The text of a unit or an agent; null where there is none. */
export async function readInstalled(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

/** Which of Node and autod itself is gone. */
async function goneIn([node = "", main = ""]: readonly string[]): Promise<string | null> {
  for (const path of [node, main]) {
    if (!(await exists(path))) return path;
  }
  return null;
}

async function staleIn(
  text: string,
  [node = "", main = ""]: readonly string[],
  supervisor: Supervisor,
  here: Here,
): Promise<string | null> {
  const plan = await planAnew(text, supervisor, here).catch(orNull);
  // Its configuration can't be read from here, or is wrong: that is told elsewhere.
  if (plan === null) return null;
  const { program } = plan;
  if (program.main !== main) return `it starts ${main}, and this is ${program.main}`;
  if (program.node !== node) return `it runs on ${node}, and this on ${program.node}`;
  return (await supervisor.compose(plan)) === text
    ? null
    : "other settings than it would be given now";
}
