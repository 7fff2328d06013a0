import { dir } from "tmp-promise";

/** An empty folder; disposing removes it with all that is in it. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

export async function scratch(): Promise<Scratch> {
  const { path, cleanup } = await dir({ unsafeCleanup: true, prefix: "autod-bench-" });
  return { path, [Symbol.asyncDispose]: cleanup };
}
