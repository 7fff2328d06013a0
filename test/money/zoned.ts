import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What fixtures/NAME.ts finds out, given these arguments, in a time zone; a running process can't change its own. */
export async function runZoned(
  zone: string,
  name: string,
  given: readonly string[],
): Promise<unknown> {
  const path = join(import.meta.dirname, "fixtures", `${name}.ts`);
  const { stdout } = await run(process.execPath, [path, ...given], {
    env: { ...process.env, TZ: zone },
  });
  return JSON.parse(stdout);
}
