import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands before a server and breaks what it is told to; everything else passes. */
export interface Front extends AsyncDisposable {
  readonly url: string;
  /** Requests so far, as "POST /v1/responses". */
  readonly requests: () => readonly string[];
}

/** What happens to a request instead of being passed on; null lets it pass. */
export type Fault = "reset" | "reset-after" | { readonly status: number; readonly body: unknown };

/** `faultFor` is asked for each request, with its number among its own kind (from 1). */
export async function standBefore(
  target: string,
  faultFor: (kind: string, number: number) => Fault | null,
): Promise<Front> {
  const { origin } = new URL(target);
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const kind = `${incoming.method} ${incoming.url}`;
    requests.push(kind);
    const fault = faultFor(kind, requests.filter((one) => one === kind).length);
    if (fault === "reset") {
      incoming.socket.destroy();
      return;
    }
    if (fault !== null && typeof fault === "object") {
      incoming.resume();
      outgoing.writeHead(fault.status, { "content-type": "application/json" });
      outgoing.end(JSON.stringify(fault.body));
      return;
    }
    const { method, headers, url } = incoming;
    const passed = request(new URL(url ?? "/", origin), { method, headers }, (answer) => {
      if (fault === "reset-after") {
        answer.resume();
        answer.on("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
