import { dir } from "tmp-promise";

/** A folder for what is measured with; disposing removes it. */
export async function scratch(): Promise<{ readonly path: string } & AsyncDisposable> {
  const { path, cleanup } = await dir({ unsafeCleanup: true, prefix: "autod-bench-" });
  return { path, [Symbol.asyncDispose]: cleanup };
}
