import { randomBytes } from "node:crypto";
import { answerFor } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { type Ask, readAsk } from "./ask.ts";
import { checkModel } from "./models.ts";
import { papersIn, type PaperSource } from "./papers.ts";
import { type Measured, startMeter, type Usage } from "./usage.ts";

/** What one accepted request was billed. */
export interface Bill {
  readonly responseId: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly usage: Usage;
}

/** The responses that were made and kept. */
export interface Responses {
  /** Throws a 400 or 404 for what isn't accepted; then nothing is billed. */
  readonly create: (body: unknown) => Promise<object>;
  /** Each look at a background response brings it one step further. */
  readonly get: (id: string) => object;
  /** Only while a background response isn't done; what it cost stays billed, and it says so. */
  readonly cancel: (id: string) => object;
  readonly remove: (id: string) => object;
  readonly bills: () => readonly Bill[];
}

type Status = "queued" | "in_progress" | "completed" | "incomplete" | "cancelled";

interface Kept {
  readonly id: string;
  readonly ask: Ask;
  readonly createdAt: number;
  readonly measured: Measured;
  readonly status: Status;
}

/** Makes responses and keeps those that are to be stored. `now` is in milliseconds. */
export function keepResponses(source: PaperSource & { readonly now: () => number }): Responses {
  const { now } = source;
  const kept = new Map<string, Kept>();
  const bills: Bill[] = [];
  const measure = startMeter();

  const find = (id: string): Kept => {
    const response = kept.get(id);
    if (!response) throw new ApiError(404, `Response with id '${id}' not found.`);
    return response;
  };
  const move = (response: Kept, status: Status): object => {
    const moved = { ...response, status };
    kept.set(response.id, moved);
    return toObject(moved);
  };

  return {
    async create(body) {
      const ask = readAsk(body);
      checkModel(ask.model, now());
      const papers = await papersIn(ask, source);
      const measured = measure(ask, papers, answerFor(ask, papers));
      const id = newId("resp");
      const { model } = ask;
      bills.push({ responseId: id, model, serviceTier: tierOf(ask), usage: measured.usage });
      const status = ask.background ? "queued" : ending(measured);
      const response = { id, ask, createdAt: Math.floor(now() / 1000), measured, status } as const;
      if (ask.store !== false) kept.set(id, response);
      return toObject(response);
    },

    get(id) {
      const response = find(id);
      if (response.status === "queued") return move(response, "in_progress");
      if (response.status === "in_progress") return move(response, ending(response.measured));
      return toObject(response);
    },

    cancel(id) {
      const response = find(id);
      if (!response.ask.background) {
        throw new ApiError(400, "Only background responses can be cancelled.");
      }
      return isOpen(response.status) ? move(response, "cancelled") : toObject(response);
    },

    remove: (id) => ({ id: find(id).id, object: "response", deleted: kept.delete(id) }),
    bills: () => bills,
  };
}

const newId = (kind: string) => `${kind}_${randomBytes(24).toString("hex")}`;
const isOpen = (status: Status) => status === "queued" || status === "in_progress";
const ending = ({ cut }: Measured) => (cut ? "incomplete" : "completed");

/** The tier that it is done in, which is not always the one that was asked for. */
function tierOf({ service_tier: asked }: Ask): string {
  if (!asked || asked === "auto") return "default";
  return asked === "fast" ? "priority" : asked;
}

function toObject({ id, ask, createdAt, measured, status }: Kept): object {
  const open = isOpen(status);
  return {
    id,
    object: "response",
    created_at: createdAt,
    completed_at: status === "completed" ? createdAt : null,
    status,
    background: ask.background ?? false,
    error: null,
    incomplete_details: status === "incomplete" ? { reason: "max_output_tokens" } : null,
    instructions: ask.instructions ?? null,
    max_output_tokens: ask.max_output_tokens ?? null,
    model: ask.model,
    output: open || status === "cancelled" ? [] : outputOf(id, measured),
    parallel_tool_calls: ask.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: ask.prompt_cache_key ?? null,
    reasoning: { effort: ask.reasoning?.effort ?? "medium", summary: null },
    safety_identifier: ask.safety_identifier ?? null,
    service_tier: open ? (ask.service_tier ?? "auto") : tierOf(ask),
    store: ask.store ?? true,
    temperature: ask.temperature ?? 1,
    text: {
      format: ask.text?.format ?? { type: "text" },
      verbosity: ask.text?.verbosity ?? "medium",
    },
    tool_choice: "auto",
    tools: [],
    top_logprobs: ask.top_logprobs ?? 0,
    top_p: ask.top_p ?? 1,
    truncation: ask.truncation ?? "disabled",
    usage: open ? null : measured.usage,
    user: ask.user ?? null,
    metadata: ask.metadata ?? {},
  };
}

function outputOf(id: string, { text, usage, cut }: Measured): object[] {
  const own = id.slice("resp_".length);
  const reasoned = usage.output_tokens_details.reasoning_tokens > 0;
  const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
  const message = {
    id: `msg_${own}`,
    type: "message",
    role: "assistant",
    status: cut ? "incomplete" : "completed",
    content,
  };
  return [
    ...(reasoned ? [{ id: `rs_${own}`, type: "reasoning", summary: [] }] : []),
    ...(text === "" ? [] : [message]),
  ];
}
