import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AutodError, isErrno } from "../errors.ts";

interface Search {
  /** What --config says. */
  readonly flag: string | undefined;
  /** What $AUTOD_CONFIG says. */
  readonly variable: string | undefined;
  /** The user's configuration folder. */
  readonly folder: string;
  readonly cwd: string;
  /** Whether ./autod.yaml will do: for commands that only look. */
  readonly looking: boolean;
}

/** The file with the configuration, as an absolute path. Throws CONFIG_MISSING naming the places looked at. */
export async function findConfig({
  flag,
  variable,
  folder,
  cwd,
  looking,
}: Search): Promise<string> {
  const named = flag || variable;
  const places = named
    ? [resolve(cwd, named)]
    : [join(folder, "autod.yaml"), ...(looking ? [resolve(cwd, "autod.yaml")] : [])];
  for (const place of places) {
    if (await exists(place)) return place;
  }
  throw new AutodError("CONFIG_MISSING", `there is no configuration at ${places.join(" or ")}`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch (error) {
    // what can't be looked at may be there, and is reported when it is read
    return !isErrno(error, "ENOENT", "ENOTDIR");
  }
}
