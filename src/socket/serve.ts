import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import { AutodError, errorIn } from "../errors.ts";
import { loggable } from "../log.ts";
import { http } from "./http.ts";

/** What is asked of the running autod. */
export interface Question {
  readonly query: URLSearchParams;
  /** What was sent with it, as it comes. */
  readonly body: IncomingMessage;
  /** The same, read as JSON; throws ARGUMENT_INVALID where it is none, or longer than a megabyte. */
  readonly json: () => Promise<unknown>;
  /** Aborted when the asker has gone. */
  readonly signal: AbortSignal;
}

/** What is answered: something to be told as JSON, or lines of JSON as they come. */
export type Answer = (question: Question) => unknown;

/** By method and path: "GET /v1/folders". */
export type Answers = Readonly<Record<string, Answer>>;

/** Milliseconds. */
const FAREWELL = 500;

/**
 * Answers commands on a socket that only its owner may use, by HTTP with JSON, until it is disposed.
 *
 * Only who holds the dataDir may: what stands there from before is removed. Where it can't listen, the work
 * goes on, and commands see what they can from outside. An error of ours is answered as such, with 422.
 */
export async function serve(
  path: string | null,
  answers: Answers,
  log: Logger,
): Promise<AsyncDisposable> {
  const server = http().createServer((request, response) => {
    reply(request, response, answers, log).catch(() => response.destroy());
  });
  try {
    if (path === null) throw new Error("its path would be too long for a socket");
    await rm(path, { force: true });
    server.listen(path);
    await once(server, "listening");
    await chmod(path, 0o600);
  } catch (error) {
    log.warn({ error: loggable(error) }, "commands can't ask autod, only look at its files");
  }
  server.unref();
  return {
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      // What was told last still goes out; who doesn't read it keeps nobody.
      await Promise.race([closed, setTimeout(FAREWELL, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answers: Answers,
  log: Logger,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(`http://autod${request.url ?? "/"}`);
  const answer = answers[`${request.method} ${pathname}`];
  if (!answer) return say(response, 404, { error: { message: "nothing is answered here" } });
  // Each asks once: nothing is to be kept open for it.
  response.setHeader("connection", "close");
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const json = () => readJson(request);
    const told = await answer({ query, body: request, json, signal: gone.signal });
    if (isEndless(told)) await stream(response, told);
    else say(response, 200, told);
  } catch (error) {
    if (gone.signal.aborted) return;
    const { code, message, hint } = errorIn(error);
    if (code === "INTERNAL") log.error({ err: error, path: request.url }, "question not answered");
    say(response, code === "INTERNAL" ? 500 : 422, { error: { code, message, hint } });
  }
}

const isEndless = (told: unknown): told is AsyncIterable<string> =>
  typeof told === "object" && told !== null && Symbol.asyncIterator in told;

/** As they come: who listens sees at once that it is listened to. */
async function stream(response: ServerResponse, lines: AsyncIterable<string>): Promise<void> {
  response.writeHead(200, { "content-type": "application/jsonl" });
  response.flushHeaders();
  await pipeline(Readable.from(lines), response);
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body ?? null));
}

const LONGEST_BODY = 1_000_000;

async function readJson(body: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length > LONGEST_BODY)
      throw new AutodError("ARGUMENT_INVALID", "what was sent is too long");
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch (cause) {
    throw new AutodError("ARGUMENT_INVALID", "what was sent is no JSON", { cause });
  }
}
