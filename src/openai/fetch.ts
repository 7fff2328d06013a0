import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from "node:zlib";
import type { ClientOptions } from "openai";
import { type Dispatcher, request } from "undici";

/**
 * A fetch for the SDK by undici's own release. Node's built-in one goes on feeding an upload whose answer came early,
 * or whose line broke, and the error that follows ends the process; it also reads the file as fast as the disk gives
 * it, whatever the line takes.
 *
 * It is undici's `request`, which does without the web's streams, and so takes less of the processor. An answer comes
 * whole, and fails where it has more bytes than `most`, unpacked: a packed one may grow to any size.
 */
export function openFetch(
  dispatcher: Dispatcher,
  most: number,
): NonNullable<ClientOptions["fetch"]> {
  return async (url, { method = "GET", headers, body, signal } = {}) => {
    // A redirect comes back as the answer that it is; the key goes nowhere else.
    const answer = await request(url as string, {
      dispatcher,
      method,
      // The SDK hands over what can be iterated.
      headers: headers as Iterable<[string, string]>,
      // It takes whatever can be iterated, but for its types.
      body: (body instanceof ReadableStream ? gather(body) : body) as string,
      signal: signal ?? null,
    });
    const { statusCode: status } = answer;
    const bytes = await whole(answer, most).catch((error: unknown) => {
      // The status of an error says enough, however its words end.
      if (status < 400) throw error;
      return Buffer.from(error instanceof Error ? error.message : "");
    });
    const isEmpty = bytes.length === 0;
    return new Response(isEmpty ? null : bytes, { status, headers: told(answer) });
  };
}

/** Bytes that go out at once. */
const PIECE = 64 * 1024;

/** The same bytes in fewer pieces: the SDK gives each boundary and each field of a form by itself. */
async function* gather(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < PIECE) continue;
    yield Buffer.concat(pieces);
    [pieces, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}

/** All that comes, unpacked. */
async function whole(
  { headers, body }: Dispatcher.ResponseData,
  most: number,
): Promise<Buffer<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const pieces: Buffer[] = [];
  let bytes = 0;
  body.on("data", (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > most) body.destroy(tooLong(most));
  });
  body.on("end", resolve).on("error", reject);
  await promise;
  const sent = Buffer.concat(pieces);
  const unpack = unpackers.get(String(headers["content-encoding"]));
  if (!unpack) return sent;
  return await unpack(sent, { maxOutputLength: most }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ERR_BUFFER_TOO_LARGE" ? tooLong(most) : error;
  });
}

const tooLong = (most: number): RangeError => new RangeError(`it is longer than ${most} bytes`);

/** Nobody is asked to pack an answer, but somebody on the way may. */
const unpackers: ReadonlyMap<
  string,
  (packed: Buffer, options: ZlibOptions) => Promise<Buffer<ArrayBuffer>>
> = new Map([
  ["gzip", promisify<Buffer, ZlibOptions, Buffer<ArrayBuffer>>(gunzip)],
  ["deflate", promisify<Buffer, ZlibOptions, Buffer<ArrayBuffer>>(inflate)],
  ["br", promisify<Buffer, ZlibOptions, Buffer<ArrayBuffer>>(brotliDecompress)],
]);

function told({ headers }: Dispatcher.ResponseData): Headers {
  const all = new Headers();
  for (const [name, values = []] of Object.entries(headers)) {
    for (const value of typeof values === "string" ? [values] : values) all.append(name, value);
  }
  return all;
}
