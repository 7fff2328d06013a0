import OpenAI from "openai";
import { Agent } from "undici";
import type { Config } from "../config/schema.ts";
import { openFetch } from "./fetch.ts";

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
    fetch: openFetch(agent, MOST),
  });
  return { client, server, [Symbol.asyncDispose]: () => agent.destroy() };
}

/** Bytes: far more than the longest answer has, and little enough for the memory. */
const MOST = 16_000_000;
