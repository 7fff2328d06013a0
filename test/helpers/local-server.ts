import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { answerFor } from "../../src/sandbox/answer.ts";
import { type Ask, readAsk } from "../../src/sandbox/ask.ts";

/** A server of one's own that knows little, running. */
export interface LocalServer extends AsyncDisposable {
  readonly url: string;
  /** What it was asked, as "POST /v1/responses"; what it refused too. */
  readonly requests: () => readonly string[];
  /** The last text of each request that it took: the document. */
  readonly documents: () => readonly string[];
  /** Whether it goes on to think, and answers nothing. */
  readonly setThinking: (isThinking: boolean) => void;
}

interface Options {
  /** What a model makes of the answer that it was to give. */
  readonly say?: (answer: string) => string;
  /** How it refuses files. */
  readonly fileRefusal?: { readonly message: string; readonly [key: string]: unknown };
}

/** As Ollama, llama.cpp and vLLM refuse files. */
export const fileRefusals = {
  Ollama: {
    message: "file inputs are not currently supported",
    type: "invalid_request_error",
    param: null,
    code: null,
  },
  "llama.cpp": {
    message: "'input_file' is not supported by llamacpp at this moment",
    type: "invalid_request_error",
    code: 400,
  },
  vLLM: {
    message: "Unknown part type: input_file",
    type: "BadRequestError",
    param: null,
    code: 400,
  },
} as const;

/**
 * Starts a server that takes `POST /v1/responses` with text alone, without a word that it needn't know, and answers
 * from the text: with neither id nor status, model, tier or usage.
 */
export async function startLocalServer({
  say = (answer) => answer,
  fileRefusal = fileRefusals.Ollama,
}: Options = {}): Promise<LocalServer> {
  const requests: string[] = [];
  const documents: string[] = [];
  let isThinking = false;

  const respond = async (request: IncomingMessage): Promise<Said | null> => {
    const { method, url } = request;
    requests.push(`${method} ${url}`);
    if (`${method} ${url}` !== "POST /v1/responses") return refuse(404, { message: "not found" });
    const body = (await json(request)) as Readonly<Record<string, unknown>>;
    if (JSON.stringify(body).includes('"input_file"')) return refuse(400, fileRefusal);
    const unknown = Object.keys(body).find((name) => !known.has(name));
    if (unknown) {
      return refuse(400, { message: `Unknown parameter: ${unknown}`, code: "unknown_parameter" });
    }
    const ask = readAsk(body);
    documents.push(lastText(ask));
    if (isThinking) return null;
    const text = say(answerFor(ask, []));
    return {
      status: 200,
      body: {
        object: "response",
        output: [
          { type: "reasoning", content: [{ type: "reasoning_text", text: "Let me see." }] },
          { type: "message", role: "assistant", content: [{ type: "output_text", text }] },
        ],
      },
    };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const said = await respond(request);
    request.resume();
    if (!said) return;
    response.writeHead(said.status, { "content-type": "application/json" });
    response.end(JSON.stringify(said.body));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: () => requests,
    documents: () => documents,
    setThinking(is) {
      isThinking = is;
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

interface Said {
  readonly status: number;
  readonly body: unknown;
}

const refuse = (status: number, error: unknown): Said => ({ status, body: { error } });

const known = new Set(["model", "instructions", "input", "text", "max_output_tokens"]);

function lastText({ input }: Ask): string {
  const last = input.flatMap(({ content }) => content).at(-1);
  return last?.type === "input_text" ? last.text : "";
}
