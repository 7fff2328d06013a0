import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "./api-error.ts";
import type { Twist } from "./faults/twists.ts";

/** A request as the endpoints see it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  /** The body, read once and parsed; throws a 400 or 413. */
  readonly json: () => Promise<unknown>;
  /** The body as far as an endpoint has read it as JSON; null where none has. */
  readonly read: () => unknown;
  /** How the response that is asked for is to end, where a fault decides that. */
  readonly twist: Twist | null;
}

/** What an endpoint answers. */
export interface Answer {
  readonly status: number;
  /** A string is sent as it is, anything else as JSON. */
  readonly body: unknown;
  /** Beside, or instead of, those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that it is held back. */
  readonly delay?: number;
}

/** 50 MB of PDF in base64, and room for the rest. */
const MAX_JSON_BYTES = 80_000_000;

/** Takes a request; its body is read when an endpoint asks for it. */
export function receive(request: IncomingMessage): Call {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  let body: unknown = null;
  let reading: Promise<unknown> | undefined;
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    request,
    json: async () => (body = await (reading ??= readJson(request))),
    read: () => body,
    twist: null,
  };
}

/** Answers, and says in a header that this is a stand-in. */
export function send(
  response: ServerResponse,
  { status, body, headers }: Answer,
  meta: { readonly requestId: string; readonly took: number },
): void {
  const text = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": text.length,
    "x-request-id": meta.requestId,
    "openai-processing-ms": String(meta.took),
    "x-autod-sandbox": "stand-in",
    ...headers,
  });
  response.end(text);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_JSON_BYTES) throw new ApiError(413, "The request body is too large.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new ApiError(400, "We could not parse the JSON body of your request.");
  }
}
