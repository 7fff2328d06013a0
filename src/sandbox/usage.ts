import type { Ask } from "./ask.ts";
import { isSince56 } from "./models.ts";
import type { Paper } from "./papers.ts";

/** What a response is billed for, in the API's own shape. */
export interface Usage {
  readonly input_tokens: number;
  /** Both are part of `input_tokens`. */
  readonly input_tokens_details: {
    readonly cached_tokens: number;
    readonly cache_write_tokens: number;
  };
  readonly output_tokens: number;
  /** Part of `output_tokens`. */
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

/** An answer as far as its tokens go. */
export interface Measured {
  readonly usage: Usage;
  /** The answer's text, cut where the tokens ran out. */
  readonly text: string;
  readonly cut: boolean;
}

const CHARACTERS_PER_TOKEN = 4;
/** About what a page cost that was looked at closely. */
const TOKENS_PER_PAGE_IMAGE = 1_000;
/** Roles and separators. */
const FRAMING_TOKENS = 12;
/** A prefix is cached from this many tokens, in steps of 128. */
const CACHE_FROM = 1_024;
const CACHE_STEP = 128;
const reasoningTokens = {
  none: 0,
  minimal: 0,
  low: 64,
  medium: 256,
  high: 1_024,
  xhigh: 2_048,
  max: 4_096,
} as const;

/** Measures answers, and remembers which beginnings of requests it has seen. */
export function startMeter(): (ask: Ask, papers: readonly Paper[], answer: string) => Measured {
  const seen = new Set<string>();
  return (ask, papers, answer) => {
    const prefix = (ask.instructions ?? "") + JSON.stringify(ask.text?.format ?? "");
    const cache = cacheOf(ask, prefix, seen);
    const input = tokensIn(prefix) + FRAMING_TOKENS + contentTokens(ask) + paperTokens(papers);

    const most = ask.max_output_tokens ?? Infinity;
    const reasoning = Math.min(reasoningTokens[ask.reasoning?.effort ?? "medium"], most);
    const left = most - reasoning;
    const cut = tokensIn(answer) > left;
    const text = cut ? answer.slice(0, left * CHARACTERS_PER_TOKEN) : answer;
    const output = cut ? most : reasoning + tokensIn(answer);
    const usage = {
      input_tokens: input,
      input_tokens_details: cache,
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + output,
    };
    return { usage, text, cut };
  };
}

function cacheOf({ model }: Ask, prefix: string, seen: Set<string>) {
  const tokens = Math.floor(tokensIn(prefix) / CACHE_STEP) * CACHE_STEP;
  const none = { cached_tokens: 0, cache_write_tokens: 0 };
  if (tokens < CACHE_FROM) return none;
  const key = `${model}\n${prefix}`;
  if (seen.has(key)) return { ...none, cached_tokens: tokens };
  seen.add(key);
  return isSince56(model) ? { ...none, cache_write_tokens: tokens } : none;
}

function contentTokens({ input }: Ask): number {
  const parts = input.flatMap(({ content }) => content);
  return sum(parts.map((part) => (part.type === "input_text" ? tokensIn(part.text) : 0)));
}

function paperTokens(papers: readonly Paper[]): number {
  return sum(
    papers.map(({ pages, detail }) => {
      const images = detail === "high" ? pages.length * TOKENS_PER_PAGE_IMAGE : 0;
      return images + sum(pages.map(tokensIn));
    }),
  );
}

function tokensIn(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
