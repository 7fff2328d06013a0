import { chmod, mkdir, rename } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { z } from "zod";
import { writeBeside } from "../config/beside.ts";
import type { Config } from "../config/schema.ts";
import { fault, type Finding, finding, warning } from "../intake/finding.ts";
import type { Call } from "./call.ts";
import { checkWatched } from "./watched.ts";
import { readInstalled } from "./state.ts";
import {
  type CommandLine,
  standing,
  type Plan,
  type Standing,
  type Supervisor,
} from "./supervisor.ts";

/** What `service install --json` prints. */
export const installation = z.object({
  manager: z.enum(["systemd", "launchd"]),
  file: z.string(),
  /** Whether the file is new or was changed. */
  wrote: z.boolean(),
  did: z.enum(["started", "restarted", "nothing"]),
  /** Where keys were saved for it. */
  keys: z.array(z.string()),
  standing,
  /** How each folder is watched, and what else there is to say. */
  findings: z.array(finding),
  /** What it said last, where it didn't come up. */
  lastLines: z.array(z.string()),
});

export type Installation = z.infer<typeof installation>;

/**
 * Has a supervisor run what is planned, now and from each start of the machine or the session on. What is there
 * and runs as planned is left alone.
 */
export async function install(
  plan: Plan,
  supervisor: Supervisor,
  { config, call, isRenewed, patience = 30_000 }: Surroundings,
): Promise<Omit<Installation, "keys">> {
  const { kind, file } = supervisor;
  const text = await supervisor.compose(plan);
  const wrote = (await readInstalled(file)) !== text;
  if (wrote) await replace(file, text);
  const before = await supervisor.standing();
  await supervisor.adopt();
  const isUp = before.active === "active";
  const did = !isUp ? "started" : wrote || isRenewed ? "restarted" : "nothing";
  if (did === "started") await supervisor.start();
  if (did === "restarted") await supervisor.restart();
  const findings = await checkWatched(config, supervisor, plan.program.node, patience);
  const now = await supervisor.standing();
  const isWell = now.active === "active";
  return {
    manager: kind,
    file,
    wrote,
    did,
    standing: now,
    findings: [...(isWell ? findings : [notUp(now)]), ...aboutLinger(await supervisor.lingers())],
    lastLines: isWell ? [] : await linesOf(supervisor.complaints(15), call),
  };
}

interface Surroundings {
  readonly config: Config;
  readonly call: Call;
  /** Whether what runs is to be started anew though its file says the same: it is older, or has other keys. */
  readonly isRenewed: boolean;
  /** Milliseconds in which it should begin to watch. */
  readonly patience?: number;
}

/** Whole, or as it was. */
async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const beside = await writeBeside(file, text, 0o644);
  // There is no secret in it, and whoever looks may not be who installed it.
  await chmod(beside, 0o644);
  await rename(beside, file);
}

async function linesOf([program, ...args]: CommandLine, call: Call): Promise<string[]> {
  const { stdout } = await call(program, ...args);
  return stdout.trimEnd().split("\n").filter(Boolean);
}

const notUp = ({ active, ended }: Standing): Finding =>
  fault(
    "service",
    `it didn't come up: ${ended ?? active}`,
    "Mend what it said last, then run this again. autod run shows the same in the foreground.",
  );

/** What there is to say where a service ends with the session; nothing where it doesn't, or nobody knows. */
export const aboutLinger = (
  lingers: boolean | null,
  { username } = userInfo(),
): readonly Finding[] =>
  lingers === false
    ? [
        warning(
          "session",
          "it ends with your last session, and starts again when you log in",
          `To have it run from the start of the machine on: sudo loginctl enable-linger ${username}`,
        ),
      ]
    : [];
