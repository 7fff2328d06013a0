import envPaths from "env-paths";
import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { isHomely, isWithin } from "./reach.ts";

type Settings = Pick<Config, "file" | "dataDir" | "logs" | "folders">;

/**
 * Throws ARGUMENT_INVALID where a configuration can't be that of a service of the system: it is in somebody's home,
 * lets the store or the log lie where only who installs it would have it, or `~` in it is another folder to who
 * installs it (`seen`).
 */
export function requireSystemic({ file, dataDir, logs, folders }: Settings, seen: Settings): void {
  if (isHomely(file)) {
    throw new AutodError("ARGUMENT_INVALID", `a service of the system can't read ${file}`, {
      hint: "Move it to /etc/autod/autod.yaml, and name it with --config.",
    });
  }
  const usual = envPaths("autod", { suffix: "" });
  const lines = [
    ...(isHomely(dataDir) || dataDir === usual.data ? ["dataDir: /var/lib/autod"] : []),
    ...(isHomely(logs.dir) || isWithin(logs.dir, usual.log)
      ? ["logs: { dir: /var/lib/autod/log }"]
      : []),
  ];
  if (lines.length === 0) {
    const places = ({ folders: all, ...one }: Pick<Settings, "folders" | "dataDir" | "logs">) =>
      JSON.stringify([one.dataDir, one.logs.dir, all]);
    if (places({ folders, dataDir, logs }) === places(seen)) return;
    const message = `${file} means other folders to a service of the system than to you`;
    throw new AutodError("ARGUMENT_INVALID", message, {
      hint: "~ is the home of whoever reads it: write whole paths there.",
    });
  }
  throw new AutodError(
    "ARGUMENT_INVALID",
    `${file} leaves open where the store or the log of a service of the system lies`,
    { hint: `Write it there, for what is usual differs from user to user: ${lines.join(" and ")}` },
  );
}
