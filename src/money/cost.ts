import { type Amount, formatAmount, parseAmount } from "./amount.ts";
import type { Price, Tariff } from "./prices.ts";

/** The tokens of one call; cached and cache-write tokens are within the input. */
export interface Tokens {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
}

/** A call that read and wrote nothing, to begin from. */
export const noTokens = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

const MILLION = 1_000_000n;

/** The price of a call with so much input: a long one may cost more. */
export function priceOf(inputTokens: number, { price, long }: Tariff): Price {
  if (!long || inputTokens <= long.overInputTokens) return price;
  const { inputPercent, outputPercent } = long;
  return {
    input: percentOf(price.input, inputPercent),
    cachedInput: percentOf(price.cachedInput, inputPercent),
    cacheWrite: percentOf(price.cacheWrite, inputPercent),
    output: percentOf(price.output, outputPercent),
  };
}

const percentOf = (usd: string, percent: number): string =>
  formatAmount((parseAmount(usd) * BigInt(percent)) / 100n);

/**
 * What a call cost: (input − cached − write)·in + cached·cachedIn + write·writeIn + output·out.
 *
 * Exact while prices have at most 6 digits behind the point, as published ones do; else rounded up.
 */
export function costOf(tokens: Tokens, price: Price): Amount {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = tokens;
  const plain = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  const millionfold =
    BigInt(plain) * parseAmount(price.input) +
    BigInt(cachedInputTokens) * parseAmount(price.cachedInput) +
    BigInt(cacheWriteTokens) * parseAmount(price.cacheWrite) +
    BigInt(outputTokens) * parseAmount(price.output);
  return (millionfold + MILLION - 1n) / MILLION;
}

/** The most that a call with so much input and output can cost, whatever is cached. */
export function upperCost(inputTokens: number, outputTokens: number, tariff: Tariff): Amount {
  const price = priceOf(inputTokens, tariff);
  const plain = { ...noTokens, inputTokens, outputTokens };
  const written = { ...plain, cacheWriteTokens: inputTokens };
  const [one, other] = [costOf(plain, price), costOf(written, price)];
  return one > other ? one : other;
}
