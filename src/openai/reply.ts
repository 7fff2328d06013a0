import type { Response, ResponseUsage } from "openai/resources/responses/responses";
import type { z } from "zod";
import type { ErrorCode } from "../errors.ts";
import type { Extraction } from "../extraction.ts";
import type { Usage } from "../store/record.ts";
import { isQuota } from "./quota.ts";

/** What came back for one ask: it is billed, whatever it is worth. */
export interface Reply {
  readonly responseId: string | null;
  /** Whether the server keeps it until it is deleted. */
  readonly stored: boolean;
  /** The model and the tier that the response says it used. */
  readonly model: string;
  readonly serviceTier: string;
  /** Null where the server didn't say, or not in numbers that can be. */
  readonly usage: Usage | null;
  readonly verdict: Verdict;
}

export type Verdict =
  | { readonly outcome: "ok"; readonly extraction: Extraction }
  | {
      readonly outcome: "invalid" | "refused" | "incomplete" | "failed";
      readonly code: ErrorCode;
      /** What was wrong with it, never what it said. */
      readonly message: string;
      /** How it may be asked again, once. */
      readonly again: "same" | "longer" | "never";
    };

/** Reads a response: its usage always, and what its answer is worth. */
export function readReply(
  response: Response,
  answer: z.ZodType,
  asked: string,
): Omit<Reply, "stored"> {
  return {
    responseId: response.id ?? null,
    model: response.model ?? asked,
    serviceTier: response.service_tier ?? "default",
    usage: readUsage(response.usage),
    verdict: judge(response, answer),
  };
}

/** Servers other than OpenAI's may leave out the details, or all of it, or name it as chats do. */
function readUsage(said: Said | null | undefined): Usage | null {
  const input = said?.input_tokens ?? said?.prompt_tokens;
  const output = said?.output_tokens ?? said?.completion_tokens;
  // Taken for nothing, they would make the call a free one.
  if (!isCount(input) || !isCount(output)) return null;
  const read = said?.input_tokens_details ?? said?.prompt_tokens_details;
  const written = said?.output_tokens_details ?? said?.completion_tokens_details;
  return {
    inputTokens: input,
    cachedInputTokens: count(read?.cached_tokens),
    cacheWriteTokens: count(read?.cache_write_tokens),
    outputTokens: output,
    reasoningTokens: count(written?.reasoning_tokens),
  };
}

type Said = Partial<ResponseUsage> & {
  readonly prompt_tokens?: unknown;
  readonly prompt_tokens_details?: Partial<ResponseUsage.InputTokensDetails> | null;
  readonly completion_tokens?: unknown;
  readonly completion_tokens_details?: Partial<ResponseUsage.OutputTokensDetails> | null;
};

const isCount = (tokens: unknown): tokens is number =>
  Number.isSafeInteger(tokens) && Number(tokens) >= 0;

const count = (tokens: unknown): number => (isCount(tokens) ? tokens : 0);

function judge(response: Response, answer: z.ZodType): Verdict {
  if (response.status === "failed" || response.status === "cancelled") {
    return judgeFailure(response.error, response.status);
  }
  if (response.status === "incomplete") {
    const reason = response.incomplete_details?.reason ?? "unknown";
    return reason === "content_filter"
      ? useless("refused", "ANSWER_FILTERED", "the content filter stopped the answer", "never")
      : useless("incomplete", "ANSWER_INCOMPLETE", `the answer was cut off (${reason})`, "longer");
  }
  // A commentary is what the model says on its way to the answer.
  const parts = response.output.flatMap((item) =>
    item.type === "message" && item.phase !== "commentary" ? item.content : [],
  );
  if (parts.some(({ type }) => type === "refusal")) {
    return useless("refused", "ANSWER_REFUSED", "the model refused to read the document", "never");
  }
  const text = parts.map((part) => (part.type === "output_text" ? part.text : "")).join("");
  return judgeText(text, answer);
}

/** `code` and `message` of the error as a response states it; its words are never repeated. */
function judgeFailure(error: Response["error"], status: string): Verdict {
  const code = error?.code ?? status;
  const failed = (ours: ErrorCode, again: "same" | "never") =>
    useless("failed", ours, `the API gave up on its answer (${code})`, again);
  if (isQuota({ code, message: error?.message ?? null })) return failed("QUOTA_EXHAUSTED", "never");
  // At once it would be limited again; the document waits.
  if (code === "rate_limit_exceeded") return failed("API_BUSY", "never");
  return passing.has(code) ? failed("API_FAULT", "same") : failed("ANSWER_FAILED", "never");
}

const passing: ReadonlySet<string> = new Set(["server_error", "vector_store_timeout", "cancelled"]);

function judgeText(text: string, answer: z.ZodType): Verdict {
  const invalid = (message: string) => useless("invalid", "ANSWER_INVALID", message, "same");
  if (!text.trim()) return invalid("the answer is empty");
  const json = parse(text) ?? parse(objectIn(text));
  if (json === undefined) return invalid("the answer is broken JSON");
  const { success, data, error } = answer.safeParse(json);
  if (success) return { outcome: "ok", extraction: data as Extraction };
  const first = error.issues[0];
  const where = first?.path.join(".") || "the answer";
  return invalid(`the answer doesn't keep to the schema at ${where}: ${first?.code}`);
}

/** Undefined where it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object within what a small model says around it: its thoughts, a fence, a sentence. */
function objectIn(text: string): string {
  const answer = text.slice(text.lastIndexOf("</think>") + 1);
  return answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1);
}

function useless(
  outcome: "invalid" | "refused" | "incomplete" | "failed",
  code: ErrorCode,
  message: string,
  again: "same" | "longer" | "never",
): Verdict {
  return { outcome, code, message, again };
}
