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
const TOKENS_PER_PAGE_HIGH = 1_000;
/** What a sheet costs that is fitted into 512 × 512 pixels; models before 5.6 were billed for none. */
const TOKENS_PER_PAGE_LOW = 231;
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

/** Counts the tokens of a text. */
export type CountTokens = (text: string) => Promise<number>;

/** Where nobody counts: about what they are in English. */
const usually: CountTokens = async (text) => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/** Measures answers, and remembers which beginnings of requests it has seen. */
export function startMeter(
  countTokens = usually,
): (ask: Ask, papers: readonly Paper[], answer: string) => Promise<Measured> {
  const seen = new Set<string>();
  /** Many requests begin alike. */
  const prefixes = new Map<string, number>();
  const countPrefix = async (prefix: string) => {
    const tokens = prefixes.get(prefix) ?? (await countTokens(prefix));
    prefixes.set(prefix, tokens);
    return tokens;
  };
  const countAll = async (texts: readonly string[]) =>
    sum(await Promise.all(texts.map(countTokens)));

  return async (ask, papers, answer) => {
    const prefix = (ask.instructions ?? "") + JSON.stringify(ask.text?.format ?? "");
    const prefixTokens = await countPrefix(prefix);
    const texts = [...textsIn(ask), ...papers.flatMap(({ pages }) => pages)];
    const images = imageTokens(ask.model, papers);
    const input = prefixTokens + FRAMING_TOKENS + images + (await countAll(texts));
    const answerTokens = await countTokens(answer);
    // No other request may come between what was seen and what is seen now.
    const cache = cacheOf(ask, prefix, prefixTokens, seen);

    const most = ask.max_output_tokens ?? Infinity;
    const reasoning = Math.min(reasoningTokens[ask.reasoning?.effort ?? "medium"], most);
    const left = most - reasoning;
    const cut = answerTokens > left;
    const text = cut ? answer.slice(0, Math.floor((answer.length * left) / answerTokens)) : answer;
    const output = cut ? most : reasoning + answerTokens;
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

function cacheOf({ model }: Ask, prefix: string, prefixTokens: number, seen: Set<string>) {
  const tokens = Math.floor(prefixTokens / CACHE_STEP) * CACHE_STEP;
  const none = { cached_tokens: 0, cache_write_tokens: 0 };
  if (tokens < CACHE_FROM) return none;
  const key = `${model}\n${prefix}`;
  if (seen.has(key)) return { ...none, cached_tokens: tokens };
  seen.add(key);
  return isSince56(model) ? { ...none, cache_write_tokens: tokens } : none;
}

function textsIn({ input }: Ask): readonly string[] {
  const parts = input.flatMap(({ content }) => content);
  return parts.flatMap((part) => (part.type === "input_text" ? [part.text] : []));
}

function imageTokens(model: string, papers: readonly Paper[]): number {
  const low = isSince56(model) ? TOKENS_PER_PAGE_LOW : 0;
  return sum(
    papers.map(
      ({ pages, detail }) => pages.length * (detail === "high" ? TOKENS_PER_PAGE_HIGH : low),
    ),
  );
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);
