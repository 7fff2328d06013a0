import { AutodError, type ErrorCode } from "../errors.ts";
import { classify } from "./classify.ts";
import type { Connection } from "./client.ts";

/**
 * Asks a server about a model, free of charge: resolves where it answers and speaks of no trouble with the
 * account or the model, and throws an error of ours where it does. It takes `most` milliseconds at most.
 */
export async function probe(
  { client }: Connection,
  model: string,
  signal: AbortSignal,
  most = 30_000,
): Promise<void> {
  const late = AbortSignal.timeout(most);
  try {
    const found = await client.models.retrieve(model, { signal: AbortSignal.any([signal, late]) });
    if (typeof found !== "object") throw new TypeError("it is no JSON");
  } catch (error) {
    if (late.aborted && !signal.aborted) {
      throw new AutodError("API_UNREACHABLE", "no answer from the API: it took too long", {
        cause: error,
      });
    }
    const trouble = classify(error, { key: client.apiKey });
    if (!isAnswer(trouble)) throw trouble;
  }
}

/** Whether all it says is that nothing can be asked here: a key may be made for less, a server may know less. */
const isAnswer = (trouble: unknown): boolean =>
  trouble instanceof AutodError &&
  (notHere.has(trouble.code) || /missing scopes/i.test(trouble.message));

const notHere: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ENDPOINT_MISSING",
  "REQUEST_REJECTED",
]);
