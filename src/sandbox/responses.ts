import { randomBytes } from "node:crypto";
import { answerFor } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { type Ask, readAsk } from "./ask.ts";
import type { Ending, Twist } from "./faults/twists.ts";
import { checkModel } from "./models.ts";
import { papersIn, type PaperSource } from "./papers.ts";
import { type CountTokens, type Measured, startMeter, type Usage } from "./usage.ts";

/** What one accepted request was billed. */
export interface Bill {
  readonly responseId: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly usage: Usage;
}

/** The responses that were made and kept. */
export interface Responses {
  /** Throws a 400 or 404 for what isn't accepted; then nothing is billed. A twist lets it end otherwise. */
  readonly create: (body: unknown, twist: Twist | null) => Promise<object>;
  /** Each look at a background response brings it one step further. */
  readonly get: (id: string) => object;
  /** Only while a background response isn't done; what it cost stays billed, and it says so. */
  readonly cancel: (id: string) => object;
  readonly remove: (id: string) => object;
  readonly bills: () => readonly Bill[];
  /** The ids of those that are kept now. */
  readonly ids: () => readonly string[];
}

type Status = "queued" | "in_progress" | "cancelled" | Ending["status"];

interface Kept {
  readonly id: string;
  readonly ask: Ask;
  readonly createdAt: number;
  /** The same, in milliseconds. */
  readonly begunAt: number;
  readonly measured: Measured;
  /** How it ends, once it does. */
  readonly ending: Ending;
  readonly status: Status;
}

/** Makes responses and keeps those that are to be stored. Times are in milliseconds. */
export function keepResponses(
  source: PaperSource & {
    readonly answer?: (read: string, pdfs: readonly Uint8Array[]) => string;
    readonly countTokens?: CountTokens | undefined;
    readonly now: () => number;
    /** How long one takes at least that is made in the background. */
    readonly thinking: () => number;
  },
): Responses {
  const { now, thinking } = source;
  const kept = new Map<string, Kept>();
  const bills: Bill[] = [];
  const measure = startMeter(source.countTokens);

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
    async create(body, twist) {
      const asked = readAsk(body);
      const ask = twist?.atOnce ? { ...asked, background: false } : asked;
      checkModel(ask.model, now());
      const papers = await papersIn(ask, source);
      const read = answerFor(ask, papers);
      const pdfs = papers.map(({ content }) => content);
      const answer = source.answer?.(read, pdfs) ?? read;
      const measured = await measure(ask, papers, twist ? twist.say(answer) : answer);
      const ending = twist?.ending ?? endingOf(measured);
      const id = newId("resp");
      const { model } = ask;
      bills.push({ responseId: id, model, serviceTier: tierOf(ask), usage: measured.usage });
      const status: Status = ask.background ? "queued" : ending.status;
      const createdAt = Math.floor(now() / 1000);
      const begunAt = now();
      const response = { id, ask, createdAt, begunAt, measured, ending, status };
      if (ask.store !== false) kept.set(id, response);
      return toObject(response);
    },

    get(id) {
      const response = find(id);
      if (response.status === "queued") return move(response, "in_progress");
      const isDone = response.status === "in_progress" && response.begunAt + thinking() <= now();
      if (isDone) return move(response, response.ending.status);
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
    ids: () => [...kept.keys()],
  };
}

const newId = (kind: string) => `${kind}_${randomBytes(24).toString("hex")}`;
const isOpen = (status: Status) => status === "queued" || status === "in_progress";
const endingOf = ({ cut }: Measured): Ending =>
  cut ? { status: "incomplete", reason: "max_output_tokens" } : { status: "completed" };

/** The tier that it is done in, which is not always the one that was asked for. */
function tierOf({ service_tier: asked }: Ask): string {
  if (!asked || asked === "auto") return "default";
  return asked === "fast" ? "priority" : asked;
}

function toObject({ id, ask, createdAt, measured, ending, status }: Kept): object {
  const open = isOpen(status);
  const { reason, error } = ending.status === status ? ending : ({} as Partial<Ending>);
  return {
    id,
    object: "response",
    created_at: createdAt,
    completed_at: status === "completed" ? createdAt : null,
    status,
    background: ask.background ?? false,
    error: error ?? null,
    incomplete_details: reason ? { reason } : null,
    instructions: ask.instructions ?? null,
    max_output_tokens: ask.max_output_tokens ?? null,
    model: ask.model,
    output: open || status === "cancelled" ? [] : outputOf(id, measured, ending),
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

function outputOf(id: string, { text, usage }: Measured, { status, refused }: Ending): object[] {
  const own = id.slice("resp_".length);
  const reasoned = usage.output_tokens_details.reasoning_tokens > 0;
  const part = refused
    ? { type: "refusal", refusal: text }
    : { type: "output_text", text, annotations: [], logprobs: [] };
  const message = {
    id: `msg_${own}`,
    type: "message",
    role: "assistant",
    status,
    content: [part],
  };
  return [
    ...(reasoned ? [{ id: `rs_${own}`, type: "reasoning", summary: [] }] : []),
    ...(text === "" ? [] : [message]),
  ];
}
