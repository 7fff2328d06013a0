import { Response } from "undici";

/** What bounds the body of an answer. */
export interface Bounds {
  readonly bytes: number;
  /** Milliseconds from its headers on. */
  readonly time: number;
}

/** The same answer, but its body fails where it passes its bounds: a compressed one may grow to any size. */
export function bounded(answer: Response, { bytes, time }: Bounds): Response {
  if (!answer.body) return answer;
  let left = bytes;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.length;
      if (left < 0) throw new RangeError(`it is longer than ${bytes} bytes`);
      controller.enqueue(chunk);
    },
  });
  // The SDK ends a slow answer, but not the slow words of an error.
  const body = answer.body.pipeThrough(counted, { signal: AbortSignal.timeout(time) });
  const { status, statusText, headers } = answer;
  return new Response(body, { status, statusText, headers });
}
