import { homedir, userInfo } from "node:os";
import { AutodError } from "../errors.ts";
import { type Call, openCall } from "./call.ts";
import { exists } from "./exists.ts";
import { openLaunchd } from "./launchd.ts";
import { openSystemd } from "./systemd.ts";
import type { Supervisor } from "./supervisor.ts";

/** Where and as whom a service is asked for. */
export interface Around {
  readonly env: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly uid?: number;
  /** Where autod's own log files lie. */
  readonly logDir: () => Promise<string>;
}

/** What is asked, and how. */
export interface Opened {
  readonly supervisor: Supervisor;
  readonly call: Call;
}

/**
 * The manager of services on this machine: the system's own with `isSystem`, else the user's.
 *
 * Throws ARGUMENT_INVALID where macOS is asked for one of the system: what is protected there may be opened to an
 * agent of a user alone.
 */
export async function openSupervisor(
  isSystem: boolean,
  { env, platform = process.platform, uid = process.getuid?.() ?? 0, logDir }: Around,
): Promise<Opened> {
  const home = env["HOME"] || homedir();
  if (platform === "darwin") {
    if (isSystem) {
      throw new AutodError(
        "ARGUMENT_INVALID",
        "on macOS autod is an agent of your own, and none of the system",
        {
          hint: "Leave --system out: autod service install makes one that starts when you log in.",
        },
      );
    }
    const call = openCall(env);
    return { call, supervisor: openLaunchd({ uid, home, logDir, call }) };
  }
  const runtime = `/run/user/${uid}`;
  // Who came by su has a manager, too, where the user lingers.
  const isThere = env["XDG_RUNTIME_DIR"] || (await exists(runtime));
  const call = openCall(isThere ? { XDG_RUNTIME_DIR: runtime, ...env } : env);
  const { username: user } = userInfo();
  return { call, supervisor: openSystemd({ isSystem, user, home, env, call }) };
}
