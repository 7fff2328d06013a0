import { z } from "zod";
import { ApiError, invalidValue } from "./api-error.ts";
import { strictSchemaFault } from "./strict-schema.ts";

/** A request for a response, as far as the sandbox knows what to do with it. */
export type Ask = z.infer<typeof ask>;

/** One piece of what the model is given. */
export type Part = z.infer<typeof part>;

/** Checks the body of a request for a response; throws a 400 that names the parameter at fault. */
export function readAsk(body: unknown): Ask {
  const { success, data, error } = ask.safeParse(body);
  if (!success) throw toApiError(error.issues[0] as z.core.$ZodIssue, body);
  if (data.background && data.store === false) {
    throw invalidValue("background", "Background mode requires 'store' to be true.");
  }
  const format = data.text?.format;
  if (format?.type === "json_schema" && format.strict) {
    const fault = strictSchemaFault(format.schema);
    if (fault) {
      const message = `Invalid schema for response_format '${format.name}': ${fault}`;
      const details = { param: "text.format.schema", code: "invalid_json_schema" };
      throw new ApiError(400, message, details);
    }
  }
  return data;
}

const inputText = z.strictObject({
  type: z.literal("input_text"),
  text: z.string(),
  prompt_cache_breakpoint: z.unknown().optional(),
});

const inputFile = z.strictObject({
  type: z.literal("input_file"),
  file_id: z.string().nullish(),
  file_data: z.string().optional(),
  file_url: z.string().optional(),
  filename: z.string().optional(),
  detail: z.enum(["auto", "low", "high"]).optional(),
  prompt_cache_breakpoint: z.unknown().optional(),
});

const part = z.discriminatedUnion("type", [inputText, inputFile]);

/** A plain string is short for one text. */
const content = z.preprocess(
  (value) => (typeof value === "string" ? [{ type: "input_text", text: value }] : value),
  z.array(part),
);

const message = z.strictObject({
  type: z.literal("message").optional(),
  role: z.enum(["user", "system", "developer"]),
  content,
});

const input = z.preprocess(
  (value) => (typeof value === "string" ? [{ role: "user", content: value }] : value),
  z.array(message).min(1),
);

const format = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
    description: z.string().optional(),
  }),
]);

const reasoning = z.strictObject({
  effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  summary: z.enum(["auto", "concise", "detailed"]).nullish(),
  generate_summary: z.enum(["auto", "concise", "detailed"]).nullish(),
  context: z.enum(["auto", "current_turn", "all_turns"]).nullish(),
  mode: z.string().optional(),
});

/** What the API knows and this stand-in doesn't: it says so rather than ignore it. */
const undone = z
  .unknown()
  .refine((value) => value === undefined || value === null || value === false)
  .optional();

const ask = z.strictObject({
  model: z.string(),
  input,
  instructions: z.string().nullish(),
  text: z
    .strictObject({
      format: format.optional(),
      verbosity: z.enum(["low", "medium", "high"]).nullish(),
    })
    .optional(),
  max_output_tokens: z.int().min(16).nullish(),
  reasoning: reasoning.nullish(),
  service_tier: z
    .enum(["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"])
    .nullish(),
  background: z.boolean().nullish(),
  store: z.boolean().nullish(),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, { params: { code: "invalid_value" } })
    .nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  include: z.array(z.string()).nullish(),
  safety_identifier: z.string().max(128).nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_options: z.unknown().optional(),
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  user: z.string().optional(),
  stream: undone,
  stream_options: undone,
  tools: undone,
  tool_choice: undone,
  max_tool_calls: undone,
  conversation: undone,
  previous_response_id: undone,
  prompt: undone,
  image: undone,
  moderation: undone,
  context_management: undone,
  access_programs: undone,
});

function toApiError(issue: z.core.$ZodIssue, body: unknown): ApiError {
  if (issue.code === "unrecognized_keys") {
    const param = pathOf([...issue.path, issue.keys[0] as string]);
    const details = { param, code: "unknown_parameter" };
    return new ApiError(400, `Unknown parameter: '${param}'.`, details);
  }
  const param = pathOf(issue.path) || null;
  const fail = (code: string, text: string) => new ApiError(400, text, { param, code });
  if (issue.code === "custom" && issue.params?.code === undefined) {
    return fail("unsupported_parameter", `This stand-in for the API doesn't do '${param}'.`);
  }
  if (issue.code === "too_small" && param === "max_output_tokens") {
    const text = `Invalid '${param}': integer below minimum value. Expected a value >= 16.`;
    return fail("integer_below_min_value", text);
  }
  if (valueAt(body, issue.path) === undefined) {
    return fail("missing_required_parameter", `Missing required parameter: '${param}'.`);
  }
  return fail("invalid_value", `Invalid value for '${param ?? "body"}': ${issue.message}.`);
}

/** "input[0].content[1].detail", as the API writes it. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | null)?.[step];
  return value;
}
