import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { ApiError } from "./api-error.ts";
import { type Answer, type Call, receive, send } from "./exchange.ts";
import type { Outcome } from "./faults/fault.ts";
import { type Faults, planFaults } from "./faults/plan.ts";
import { fileRoutes } from "./file-routes.ts";
import { keepFiles, type StoredFile } from "./files.ts";
import { checkKey } from "./key.ts";
import { modelRoutes } from "./models.ts";
import { responseRoutes } from "./response-routes.ts";
import { type Bill, keepResponses } from "./responses.ts";
import { dispatch } from "./routes.ts";
import type { CountTokens } from "./usage.ts";

/** A stand-in for the OpenAI API on 127.0.0.1, running. */
export interface Sandbox extends AsyncDisposable {
  /** The base URL for a client: "http://127.0.0.1:PORT/v1". */
  readonly url: string;
  /** The key it was started with. */
  readonly key: string;
  /** The uploads that are there now. */
  readonly files: () => readonly StoredFile[];
  /** Every request that it answered, or met with a fault, in that order. */
  readonly requests: () => readonly SandboxRequest[];
  /** Every response it billed; a cancelled one too. */
  readonly bills: () => readonly Bill[];
  /** The ids of the responses that are stored now. */
  readonly responses: () => readonly string[];
  /** Lets responses that are made in the background take so many milliseconds at least, from when they began. */
  readonly setThinking: (milliseconds: number) => void;
  /** Lets other things go wrong from now on; null: nothing. Throws a RangeError for what can't be meant. */
  readonly setFaults: (faults: Faults | null) => void;
  /** Takes this key from now on, and no other. */
  readonly setKey: (key: string) => void;
  readonly close: () => Promise<void>;
}

export interface SandboxOptions {
  /** The text of each page of a PDF; it throws for one that can't be read. */
  readonly readText: (pdf: Uint8Array) => Promise<readonly string[]>;
  /**
   * What a PDF without any text says that its images show; empty where it says nothing. Only samples say so:
   * a model reads images, which a stand-in can't. Without this option such a PDF can't be read.
   */
  readonly readTranscript?: (pdf: Uint8Array) => Promise<string>;
  /**
   * What is answered in place of what was read: the text of an answer that a model would give, or should never
   * give. `pdfs` are the files of the request.
   */
  readonly answer?: (read: string, pdfs: readonly Uint8Array[]) => string;
  /** A quarter of the characters by default. */
  readonly countTokens?: CountTokens;
  /** Any free one by default. */
  readonly port?: number;
  /** "sk-sandbox" by default. */
  readonly key?: string;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** Milliseconds that a response takes at least that is made in the background. */
  readonly thinking?: number;
  /** What is to go wrong; nothing by default. */
  readonly faults?: Faults | null;
  /** The clock by which files expire and models are retired, in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A request as it was answered, or wasn't. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  /** Null where the line broke, or nothing was said. */
  readonly status: number | null;
  /** The fault that it met, as it was named. */
  readonly fault: string | null;
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
  const { port = 0, key = "sk-sandbox", latency = 0, now = Date.now } = options;
  let plan = planFaults(options.faults ?? null);
  let validKey = key;
  let { thinking = 0 } = options;
  const requests: SandboxRequest[] = [];
  const files = keepFiles(now);
  const responses = keepResponses({ ...options, files, now, thinking: () => thinking });
  const routes = [...fileRoutes(files), ...responseRoutes(responses), ...modelRoutes(now)];
  const ending = new AbortController();

  const take = async (call: Call): Promise<Answer> => {
    try {
      return await dispatch(routes, call);
    } catch (error) {
      return failure(error);
    }
  };

  const respond = async (call: Call): Promise<Met> => {
    try {
      if (call.path === "/") return { outcome: { status: 200, body: introduction }, fault: null };
      checkKey(call.request, validKey);
      const met = plan(call);
      if (!met) return { outcome: await take(call), fault: null };
      const outcome = await met.fault(call, (twist) => take({ ...call, twist: twist ?? null }));
      return { outcome, fault: met.name };
    } catch (error) {
      return { outcome: failure(error), fault: null };
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now();
    const call = receive(request);
    const at = new Date(now()).toISOString();
    const { outcome, fault } = await respond(call);
    // What wasn't read must flow off, or the client never gets to reading the answer.
    if (outcome !== "broken") request.resume();
    const { method, path } = call;
    const answer = typeof outcome === "string" ? null : outcome;
    const text = shorten(call.read());
    requests.push({
      method,
      path,
      status: answer?.status ?? null,
      fault,
      at,
      get body() {
        return JSON.parse(text) as unknown;
      },
    });
    if (outcome === "broken") request.socket.resetAndDestroy();
    if (!answer) return;
    const wait = latency + (answer.delay ?? 0);
    if (wait > 0) await setTimeout(wait, null, { signal: ending.signal });
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
    responses: responses.ids,
    setThinking(milliseconds) {
      thinking = milliseconds;
    },
    setFaults(faults) {
      plan = planFaults(faults);
    },
    setKey(other) {
      validKey = other;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Met {
  readonly outcome: Outcome;
  readonly fault: string | null;
}

const introduction = {
  service: "autod sandbox",
  note: "A stand-in for the OpenAI API, for trying and testing. It is not OpenAI; its answers come from the PDFs' own text, and nothing is charged.",
};

/** The requests are all kept: so as text, which takes the least, and what holds whole files is cut. */
function shorten(body: unknown): string {
  const whole = JSON.stringify(body);
  return whole.includes('"file_data"') ? JSON.stringify(body, cut) : whole;
}

const cut = (name: string, value: unknown): unknown =>
  name === "file_data" && typeof value === "string" ? value.slice(0, 100) : value;

function failure(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  const message = `The sandbox had an error of its own: ${String(error)}`;
  const { body } = new ApiError(500, message, { type: "server_error" });
  return { status: 500, body };
}
