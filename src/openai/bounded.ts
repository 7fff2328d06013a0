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
  const reader = answer.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let left = bytes;
  let timer: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // The SDK ends a slow answer, but not the slow words of an error.
        timer = setTimeout(() => {
          const error = new DOMException(`it took longer than ${time} ms`, "TimeoutError");
          controller.error(error);
          reader.cancel(error).catch(() => undefined);
        }, time).unref();
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) {
          clearTimeout(timer);
          controller.close();
          return;
        }
        left -= value.length;
        if (left < 0) throw new RangeError(`it is longer than ${bytes} bytes`);
        controller.enqueue(value);
      },
      cancel(reason) {
        clearTimeout(timer);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  const { status, statusText, headers } = answer;
  return new Response(body, { status, statusText, headers });
}
