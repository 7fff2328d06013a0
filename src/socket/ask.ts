import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { AutodError, type ErrorCode, errorCodes } from "../errors.ts";
import { http } from "./http.ts";

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
    const asked = http()
      .request({ socketPath, path, signal: AbortSignal.timeout(PATIENCE) })
      .end();
    const response = await responseTo(asked);
    const answer = await json(response);
    return response.statusCode === 200 ? (shape.safeParse(answer).data ?? null) : null;
  } catch {
    return null;
  }
}

/** Something that is to be done by the autod that listens on a socket. */
export interface Order<One> {
  readonly path: string;
  /** What is sent with it: something to be told as JSON, or the text itself as it comes. */
  readonly body: unknown;
  readonly shape: z.ZodType<One>;
  readonly signal: AbortSignal;
}

/**
 * Has the autod that listens on a socket do something, however long that takes; null where none listens, or it
 * doesn't know how. Throws what it says against it, DAEMON_GONE where it ends meanwhile, and when aborted.
 */
export async function order<One>(
  socketPath: string | null,
  { path, body, shape, signal }: Order<One>,
): Promise<One | null> {
  const asked = await begin(socketPath, path, "POST", signal);
  if (!asked) return null;
  try {
    const sent = send(body, asked);
    const response = await responseTo(asked);
    const answer = await json(response);
    await sent;
    if (response.statusCode === 404) return null;
    return response.statusCode === 200 ? shape.parse(answer) : refuse(answer);
  } catch (error) {
    throw goneIf(error, signal);
  }
}

/** What the autod that listens on a socket tells line by line, until it ends or the signal; null where none listens. */
export async function listen(
  socketPath: string | null,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<string> | null> {
  const asked = await begin(socketPath, path, "GET", signal);
  if (!asked) return null;
  asked.end();
  const response = await responseTo(asked);
  return response.statusCode === 200 ? linesOf(response, signal) : null;
}

async function* linesOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<string> {
  const lines = createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY });
  // Where the line just breaks it has ended too.
  response.once("error", () => lines.close());
  signal.addEventListener("abort", () => lines.close(), { once: true });
  yield* lines;
}

/** Null where nobody listens. */
async function begin(
  socketPath: string | null,
  path: string,
  method: string,
  signal: AbortSignal,
): Promise<ClientRequest | null> {
  if (socketPath === null) return null;
  const asked = http().request({ socketPath, path, method, signal });
  try {
    const [socket] = (await once(asked, "socket")) as [
      NodeJS.EventEmitter & { connecting: boolean },
    ];
    if (socket.connecting) await once(socket, "connect");
    return asked;
  } catch (error) {
    signal.throwIfAborted();
    if (isBroken(error)) return null;
    throw error;
  }
}

/** Nobody is there (any more). */
const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTSOCK"].includes(String(error.code));

async function responseTo(asked: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  // What comes after the answer has begun is told by the answer too.
  asked.on("error", () => undefined);
  return response;
}

async function send(body: unknown, asked: ClientRequest): Promise<void> {
  if (body instanceof Readable) await pipeline(body, asked);
  else asked.end(JSON.stringify(body ?? null));
}

const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }),
});

function refuse(answer: unknown): never {
  const { code, message, hint } = refusal.parse(answer).error;
  const known = Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : "INTERNAL";
  throw new AutodError(known, message, { hint });
}

function goneIf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof AutodError) return error;
  return new AutodError("DAEMON_GONE", "autod ended before it answered", { cause: error });
}
