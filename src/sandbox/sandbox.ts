import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { ApiError } from "./api-error.ts";
import { type Answer, type Call, receive, send } from "./exchange.ts";
import { fileRoutes } from "./file-routes.ts";
import { keepFiles, type StoredFile } from "./files.ts";
import { checkKey } from "./key.ts";
import { modelRoutes } from "./models.ts";
import { responseRoutes } from "./response-routes.ts";
import { type Bill, keepResponses } from "./responses.ts";
import { dispatch } from "./routes.ts";

/** A stand-in for the OpenAI API on 127.0.0.1, running. */
export interface Sandbox extends AsyncDisposable {
  /** The base URL for a client: "http://127.0.0.1:PORT/v1". */
  readonly url: string;
  /** The only key it takes. */
  readonly key: string;
  /** The uploads that are there now. */
  readonly files: () => readonly StoredFile[];
  /** Every request it answered, in that order. */
  readonly requests: () => readonly SandboxRequest[];
  /** Every response it billed; a cancelled one too. */
  readonly bills: () => readonly Bill[];
  readonly close: () => Promise<void>;
}

export interface SandboxOptions {
  /** The text of each page of a PDF; it throws for one that can't be read. */
  readonly readText: (pdf: Uint8Array) => Promise<readonly string[]>;
  /** Any free one by default. */
  readonly port?: number;
  /** "sk-sandbox" by default. */
  readonly key?: string;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** The clock by which files expire and models are retired, in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A request as it was answered. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Parsed where it was JSON, else null. */
  readonly body: unknown;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Starts a stand-in for the OpenAI API: it refuses what the API refuses, bills what it accepts, and answers
 * from the PDFs' own text. All is kept in memory and gone when it is closed.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { readText, port = 0, key = "sk-sandbox", latency = 0, now = Date.now } = options;
  const requests: SandboxRequest[] = [];
  const files = keepFiles(now);
  const responses = keepResponses({ files, readText, now });
  const routes = [...fileRoutes(files), ...responseRoutes(responses), ...modelRoutes(now)];
  const ending = new AbortController();

  const answerTo = async (call: Call): Promise<Answer> => {
    try {
      if (call.path === "/") return { status: 200, body: introduction };
      checkKey(call.request, key);
      // A fault that a script asks for belongs here: after the key, before anything is done or billed.
      return await dispatch(routes, call);
    } catch (error) {
      return failure(error);
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now();
    const call = receive(request);
    const at = new Date(now()).toISOString();
    const answer = await answerTo(call);
    // What wasn't read must flow off, or the client never gets to reading the answer.
    request.resume();
    const { method, path } = call;
    requests.push({ method, path, status: answer.status, body: shorten(call.read()), at });
    if (latency > 0) await setTimeout(latency, null, { signal: ending.signal });
    const took = Math.round(performance.now() - started);
    send(response, answer, { requestId: `req_${randomBytes(16).toString("hex")}`, took });
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  const close = async () => {
    ending.abort();
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    key,
    files: files.all,
    requests: () => requests,
    bills: responses.bills,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const introduction = {
  service: "autod sandbox",
  note: "A stand-in for the OpenAI API, for trying and testing. It is not OpenAI; its answers come from the PDFs' own text, and nothing is charged.",
};

/** The requests are all kept, so what holds whole files is cut. */
function shorten(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (name, value: unknown) =>
    name === "file_data" && typeof value === "string" ? value.slice(0, 100) : value,
  );
}

function failure(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  const message = `The sandbox had an error of its own: ${String(error)}`;
  const { body } = new ApiError(500, message, { type: "server_error" });
  return { status: 500, body };
}
