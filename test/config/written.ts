import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ExecutionContext } from "ava";
import { dir } from "tmp-promise";
import type { AutodError } from "../../src/errors.ts";
import { loadConfig } from "../../src/config/load.ts";

/** A folder of this test's own with these files in it; removed afterwards. */
export async function folderWith(
  t: ExecutionContext,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  t.teardown(cleanup);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

/** Loads this configuration, from a folder of its own, which is the home too. */
export async function load(
  t: ExecutionContext,
  text: string,
  {
    env = {},
    flags = {},
  }: Pick<NonNullable<Parameters<typeof loadConfig>[0]>, "env" | "flags"> = {},
) {
  const home = await folderWith(t, { "autod.yaml": text });
  const config = join(home, "autod.yaml");
  return {
    home,
    config: await loadConfig({
      flags: { config, ...flags },
      env: { HOME: home, ...env },
      cwd: home,
    }),
  };
}

/** What is wrong with this configuration, a line each, with the file's name cut off. */
export async function faults(
  t: ExecutionContext,
  ...wanted: Parameters<typeof load> extends [unknown, ...infer Rest] ? Rest : never
) {
  const error = await t.throwsAsync<AutodError>(load(t, ...wanted), { code: "CONFIG_INVALID" });
  return error.message.split("\n").map((line) => line.replace(/^.*autod\.yaml:/, ""));
}
