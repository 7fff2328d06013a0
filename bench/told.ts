import { once } from "node:events";
import type { Program } from "./built.ts";

/** What a program tells first; throws where it ends without a word. */
export async function toldBy({ child }: Program): Promise<unknown> {
  const ended = once(child, "close").then(([code, signal]) => {
    throw new Error(
      `${child.spawnargs.slice(1).join(" ")} told nothing, and ended with ${signal ?? code}`,
    );
  });
  const [told] = await Promise.race([once(child, "message"), ended]);
  // It may end now.
  ended.catch(() => undefined);
  return told as unknown;
}
