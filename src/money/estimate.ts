import type { Amount } from "./amount.ts";
import { costOf, noTokens, priceOf, upperCost } from "./cost.ts";
import type { Tariff } from "./prices.ts";

/** What is known of a request before it is sent. */
export interface Measured {
  readonly pages: number;
  /** Characters in the document's text layer. */
  readonly characters: number;
  /** Characters of what goes with it: instructions and schema. */
  readonly promptCharacters: number;
  readonly detail: "low" | "high";
  readonly maxOutputTokens: number;
}

/** What a request will probably be like, and the most it can cost. */
export interface Estimate {
  readonly inputTokens: number;
  readonly cost: Amount;
  readonly upperCost: Amount;
}

/** A page as an image costs at most so many tokens at high detail: 2,500 patches × 1.2. */
const TOKENS_PER_PAGE_HIGH = 3_000;
/** At low detail a page is fitted into 512 × 512: 256 patches × 1.2. */
const TOKENS_PER_PAGE_LOW = 308;
/** Roles, separators and the file's own frame. */
const FRAMING = 30;
const CHARACTERS_PER_TOKEN = 4;
/** An answer of usual length: a title, a summary and some twenty fields. */
const USUAL_ANSWER_TOKENS = 500;

/**
 * Estimates a request from the sizes of what is sent.
 *
 * The image figures are OpenAI's rule for images (https://developers.openai.com/api/docs/guides/images-vision);
 * that pages follow it is an inference. The upper bound reckons with high detail, and with a token for
 * every character, which only unusual scripts exceed.
 */
export function estimate(measured: Measured, tariff: Tariff): Estimate {
  const { pages, characters, promptCharacters, detail, maxOutputTokens } = measured;
  const text = characters + promptCharacters;
  const perPage = detail === "high" ? TOKENS_PER_PAGE_HIGH : TOKENS_PER_PAGE_LOW;
  const inputTokens = Math.ceil(text / CHARACTERS_PER_TOKEN) + pages * perPage + FRAMING;
  const outputTokens = Math.min(USUAL_ANSWER_TOKENS, maxOutputTokens);
  const usual = { ...noTokens, inputTokens, outputTokens };
  const most = text + pages * TOKENS_PER_PAGE_HIGH + FRAMING;
  return {
    inputTokens,
    cost: costOf(usual, priceOf(inputTokens, tariff)),
    upperCost: upperCost(most, maxOutputTokens, tariff),
  };
}
