import OpenAI, { type ClientOptions } from "openai";
import { Agent, fetch } from "undici";
import type { Config } from "../config/schema.ts";
import { type Bounds, bounded } from "./bounded.ts";

type Server = Config["servers"][string];

/** A connection to one server; disposing cuts it, whatever is under way. */
export interface Connection extends AsyncDisposable {
  readonly client: OpenAI;
  readonly server: Server;
}

/**
 * Builds the SDK's client so that nothing but the configuration decides where documents go: what it would
 * take from the environment is set here, and nothing is tried again behind our back. `time` is how many
 * milliseconds the longest of all answers may take.
 */
export function connect(server: Server, key: string, time = server.timeout): Connection {
  // Node's own limits of 300 s would end a long answer before the configured time.
  const agent = new Agent({ headersTimeout: time, bodyTimeout: time });
  const client = new OpenAI({
    apiKey: key,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: server.baseUrl,
    timeout: server.timeout,
    maxRetries: 0,
    // Its debug output could hold a document's text.
    logLevel: "off",
    fetch: fetchBy(agent, { bytes: MOST, time }),
  });
  return { client, server, [Symbol.asyncDispose]: () => agent.destroy() };
}

/** Far more than the longest answer, and little enough for the memory. */
const MOST = 16_000_000;

/**
 * A fetch of undici's own release. Node's built-in one goes on feeding an upload whose answer came early, or
 * whose line broke, and the error that follows ends the process; it also reads the file as fast as the disk
 * gives it, whatever the line takes.
 */
function fetchBy(dispatcher: Agent, bounds: Bounds): NonNullable<ClientOptions["fetch"]> {
  // A redirect comes back as the answer that it is; the key goes nowhere else.
  const send = (url: unknown, { body, ...init }: RequestInit = {}) => {
    const gathered = body instanceof ReadableStream ? ReadableStream.from(gather(body)) : body;
    const how = { ...init, body: gathered, dispatcher, redirect: "manual" };
    return fetch(url as string, how as Parameters<typeof fetch>[1]);
  };
  return async (url, init) => bounded(await send(url, init), bounds);
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
