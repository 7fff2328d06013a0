import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import { loggable } from "../log.ts";

/** What is answered at a path, given what the question says; null is answered as null. */
export type Answers = Readonly<Record<string, (query: URLSearchParams) => unknown>>;

/**
 * Answers commands on a socket that only its owner may use, by HTTP with JSON, until it is disposed.
 *
 * Only who holds the dataDir may: what stands there from before is removed. Where it can't listen, the work
 * goes on, and commands see what they can from outside.
 */
export async function serve(
  path: string | null,
  answers: Answers,
  log: Logger,
): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    try {
      const { pathname, searchParams } = new URL(`http://autod${request.url ?? "/"}`);
      const answer = request.method === "GET" ? answers[pathname] : undefined;
      if (!answer) return reply(response, 404, { error: "nothing is answered here" });
      reply(response, 200, answer(searchParams));
    } catch (error) {
      log.error({ err: error, path: request.url }, "question not answered");
      reply(response, 500, { error: loggable(error).message });
    }
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
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body ?? null));
}
