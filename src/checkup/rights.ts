import { stat } from "node:fs/promises";
import { passwordsIn } from "../config/passwords.ts";
import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { fault, type Finding, warning, well } from "../intake/finding.ts";
import { usedProfiles } from "../money/used.ts";

const about = "rights";

/** Whether the configuration and what it names is for those alone whose it is. */
export async function checkRights(config: Config): Promise<readonly Finding[]> {
  const found = [...(await checkFile(config)), ...(await checkPasswords(config))];
  return found.length > 0 ? found : [well(about, "nobody else may change the configuration")];
}

async function checkFile({ file, profiles }: Config): Promise<readonly Finding[]> {
  const { mode } = await stat(file);
  if ((mode & 0o002) !== 0) {
    const hint = `It says where documents go, and what is run: chmod o-w ${file}`;
    return [warning(about, `anybody may change ${file}`, hint)];
  }
  const holds = Object.values(profiles).some(
    ({ passwords }) => Array.isArray(passwords) && passwords.length > 0,
  );
  return holds && (mode & 0o044) !== 0
    ? [warning(about, `others may read the passwords in ${file}`, `Let nobody: chmod 600 ${file}`)]
    : [];
}

/** Those of profiles that no folder names are nobody's business. */
async function checkPasswords(config: Config): Promise<readonly Finding[]> {
  const looks = usedProfiles(config).map(async (profile) => {
    try {
      await passwordsIn(profile);
      return [];
    } catch (error) {
      if (!(error instanceof AutodError)) throw error;
      return [fault(about, error.message, error.hint)];
    }
  });
  return (await Promise.all(looks)).flat();
}
