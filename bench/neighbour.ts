import { once } from "node:events";
import { createInterface } from "node:readline";
import { startAutod } from "../test/helpers/cli.ts";

/** A sandbox as a process of its own, so that what it keeps isn't counted here; disposing ends it. */
export async function startNeighbour(): Promise<
  { readonly url: string; readonly key: string } & AsyncDisposable
> {
  const child = startAutod(["sandbox", "--json"]);
  child.stderr.resume();
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, "line")) as [string];
  const { url, key } = JSON.parse(line) as { readonly url: string; readonly key: string };
  return {
    url,
    key,
    async [Symbol.asyncDispose]() {
      lines.close();
      const closed = once(child, "close");
      child.kill("SIGTERM");
      await closed;
    },
  };
}
