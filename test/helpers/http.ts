import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is done about a request. */
export type Answer = (response: ServerResponse, request: Received) => void;

/** A server on loopback that answers by script and keeps what it was asked; disposing ends it. */
export interface ScriptedServer extends AsyncDisposable {
  /** Where an API would begin. */
  readonly url: string;
  readonly requests: readonly Received[];
}

/**
 * Starts a server that gives these answers, one a request; any further request gets status 418. A request
 * that breaks off before its end is none.
 */
export async function serve(...script: readonly Answer[]): Promise<ScriptedServer> {
  const requests: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = "", url: path = "", headers } = incoming;
    const body = await buffer(incoming).catch(() => null);
    if (!body) return;
    const answer = script[requests.length] ?? json({ error: { message: "not expected" } }, 418);
    const request = { method, path, headers, body };
    requests.push(request);
    answer(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Answers with a value as JSON. */
export const json = (
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer =>
  text(JSON.stringify(value), status, { "content-type": "application/json", ...headers });

/** Answers with a body as it is: HTML, unless the headers say otherwise. */
export const text =
  (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);

/** Takes the request and then breaks the line. */
export const hangUp: Answer = (response) => response.destroy();

/** Begins an answer of status 200 and breaks the line within it. */
export const hangUpWithin: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"id": "resp_1"', () => response.destroy());
};

/** Takes the request and never says anything. */
export const silence: Answer = () => undefined;
