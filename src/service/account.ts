import type { Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { AutodError } from "../errors.ts";
import type { Call } from "./call.ts";

/** The user that a service of the system runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** All its groups. */
  readonly gids: readonly number[];
  readonly home: string;
}

/** The name of the user that is made where it is missing. */
export const ownUser = "autod";

/** The home of that user, and of its data. */
export const ownHome = "/var/lib/autod";

/** A user of this machine by name; null where there is none. */
export async function findAccount(name: string, call: Call): Promise<Account | null> {
  const known = await call("getent", "passwd", name);
  // A system without getent has no other users than those of the file.
  const text = known.code === null ? await readFile("/etc/passwd", "utf8") : known.stdout;
  const line = text.split("\n").find((one) => one.startsWith(`${name}:`));
  if (line === undefined) return null;
  const [, , uid, gid, , home = "/"] = line.split(":");
  const { stdout } = await call("id", "-G", name);
  const gids = stdout.trim().split(" ").map(Number);
  return { name, uid: Number(uid), gid: Number(gid), gids: [Number(gid), ...gids], home };
}

/** Finds the user, or makes it if it is autod's own. Throws ARGUMENT_INVALID or SERVICE_REFUSED. */
export async function requireAccount(name: string, call: Call): Promise<Account> {
  const found = await findAccount(name, call);
  if (found) return found;
  if (name !== ownUser) {
    throw new AutodError("ARGUMENT_INVALID", `--run-as: there is no user ${name}`, {
      hint: `Without it, autod makes a user ${ownUser} for itself.`,
    });
  }
  const usual = ["--system", "--user-group", "--home-dir", ownHome, "--shell", "/usr/sbin/nologin"];
  const { code, stderr } = await call("useradd", ...usual, "--no-create-home", name);
  const made = code === 0 ? await findAccount(name, call) : null;
  if (made) return made;
  const why = code === null ? "there is no useradd here" : stderr.trim();
  throw new AutodError("SERVICE_REFUSED", `the user ${name} can't be made: ${why}`, {
    hint: `Make it by the means of this system, without a password and a shell, or name another with --run-as; then run this again.`,
  });
}

/** Whether a user can do so much (of r 4, w 2, x 1) with what has these rights. Root's powers aside: it has none. */
export function allows(
  { uid, gid, mode }: Pick<Stats, "uid" | "gid" | "mode">,
  account: Pick<Account, "uid" | "gids">,
  wanted: number,
): boolean {
  const shift = uid === account.uid ? 6 : account.gids.includes(gid) ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}
