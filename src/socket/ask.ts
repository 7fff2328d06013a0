import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import type { z } from "zod";

/** Milliseconds in which a running autod answers, unless it is very busy. */
const PATIENCE = 2_000;

/** Asks the autod that listens on a socket; null where none answers, or answers something else. */
export async function ask<One>(
  socketPath: string | null,
  path: string,
  shape: z.ZodType<One>,
): Promise<One | null> {
  if (socketPath === null) return null;
  try {
    const asked = request({ socketPath, path, signal: AbortSignal.timeout(PATIENCE) }).end();
    // What comes after the answer has begun is told by the answer too.
    asked.on("error", () => undefined);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const answer = await json(response);
    return response.statusCode === 200 ? (shape.safeParse(answer).data ?? null) : null;
  } catch {
    return null;
  }
}
