import { AutodError } from "../errors.ts";
import { type Opened, openSupervisor } from "../service/open.ts";
import type { Invocation } from "./command.ts";

/** Whether a service of the system is asked for. */
export const isSystemic = ({ options }: Invocation): boolean => Boolean(options["system"]);

/** What is to change something is told whose service it is; who only looks is shown the one that is there. */
export async function openFor(
  invocation: Invocation,
  isSystem = isSystemic(invocation),
): Promise<Opened> {
  const { cli } = invocation;
  const logDir = async () => (await cli.config({ looking: true })).logs.dir;
  return await openSupervisor(isSystem, { env: cli.env, logDir });
}

/** What a service would be held against. */
export const aroundIn = ({ cli }: Invocation) => ({ node: process.execPath, env: cli.env });

/** Throws where the service would be another's than is meant. */
export function requireRights(invocation: Invocation): void {
  const { env } = invocation.cli;
  const isRoot = process.getuid?.() === 0;
  if (isSystemic(invocation) && !isRoot) {
    throw new AutodError("ARGUMENT_INVALID", "--system needs root", {
      hint: `sudo autod service ${invocation.args[0]} --system. Without --system it is a service of your own.`,
    });
  }
  if (!isSystemic(invocation) && isRoot && env["SUDO_USER"]) {
    throw new AutodError("ARGUMENT_INVALID", "under sudo it would be a service of root's own", {
      hint: "Leave sudo out for one of your own; --system is for one of the system.",
    });
  }
}
