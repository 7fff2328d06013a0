import { AutodError, reasonIn } from "../errors.ts";
import { fault, type Finding } from "../intake/finding.ts";

/** What can't be looked at is a fault that names itself, and hides nothing else. */
export async function guarded(
  about: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AutodError) return [fault(about, error.message, error.hint)];
    return [fault(about, reasonIn(error), "See to it that autod may read what lies there.")];
  }
}
