import { documented, settings } from "../../src/config/schema.ts";
import { connect, type Connection } from "../../src/openai/client.ts";
import { type Profile, prepareProfile } from "../../src/openai/profile.ts";
import type { Extraction } from "../../src/extraction.ts";

/** A key that nothing else looks like. */
export const key = "sk-proj-4f1dSECRET9a";

type Changes = Readonly<Record<string, unknown>>;

/** A profile as configured, with defaults for what isn't said. */
export function profileWith(changes: Changes = {}): Profile {
  const { profiles } = settings(documented).parse({
    folders: [{}],
    profiles: { default: changes },
  });
  return prepareProfile("default", profiles.default);
}

/** A connection to the server at `baseUrl`, with defaults for what isn't said. */
export function connectTo(baseUrl: string, changes: Changes = {}): Connection {
  const { servers } = settings(documented).parse({
    folders: [{}],
    servers: { asked: { baseUrl, allowHttp: true, ...changes } },
  });
  return connect(servers["asked"]!, key);
}

/** An answer that keeps to the schema of a profile without fields of its own. */
export const extraction: Extraction = {
  title: "Electricity bill January",
  summary: "What was used in January, and what is to be paid.",
  category: "Utilities",
  kind: "invoice",
  issuer: "Stadtwerke",
  recipient: "Jane Doe",
  documentDate: "2026-01-15",
  dueDate: null,
  periodStart: null,
  periodEnd: null,
  currency: "EUR",
  totalAmount: "95.20",
  amountDue: null,
  references: [{ label: "Invoice number", value: "R-1" }],
  actionItems: [{ what: "Pay", due: null, priority: "normal" }],
  tags: ["electricity"],
  language: "en",
  evidence: { issuer: { page: 1, quote: "Stadtwerke" }, documentDate: null, totalAmount: null },
  confidence: 0.9,
};

/** A response as the API gives it. */
export const response = (changes: Changes = {}): Readonly<Record<string, unknown>> => ({
  id: "resp_1",
  object: "response",
  status: "completed",
  model: "gpt-5.6-luna-2026-07-30",
  service_tier: "default",
  output: [
    { type: "reasoning", id: "rs_1", summary: [] },
    { type: "message", role: "assistant", content: [outputText(JSON.stringify(extraction))] },
  ],
  usage: {
    input_tokens: 1834,
    input_tokens_details: { cached_tokens: 512, cache_write_tokens: 100 },
    output_tokens: 402,
    output_tokens_details: { reasoning_tokens: 64 },
    total_tokens: 2236,
  },
  ...changes,
});

/** One part of a message. */
export const outputText = (text: string) => ({ type: "output_text", text, annotations: [] });

/** A response whose one message is this text. */
export const saying = (text: string) =>
  response({ output: [{ type: "message", role: "assistant", content: [outputText(text)] }] });
