import OpenAI from "openai";
import { Agent } from "undici";
import type { Config } from "../config/schema.ts";

type Server = Config["servers"][string];

/** A connection to one server; the caller closes it. */
export interface Connection extends AsyncDisposable {
  readonly client: OpenAI;
  readonly server: Server;
}

/**
 * Builds the SDK's client so that nothing but the configuration decides where documents go: what it would
 * take from the environment is set here, and nothing is tried again behind our back.
 */
export function connect(server: Server, key: string): Connection {
  // Node's own limits of 300 s would end a long answer before the configured time.
  const agent = new Agent({ headersTimeout: server.timeout, bodyTimeout: server.timeout });
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
    fetchOptions: { dispatcher: agent, redirect: "error" },
  });
  return { client, server, [Symbol.asyncDispose]: () => agent.close() };
}
