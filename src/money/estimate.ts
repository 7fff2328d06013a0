import type { Inspected } from "../document.ts";
import { type Amount, highest } from "./amount.ts";
import { costOf, noTokens, priceOf, upperCost } from "./cost.ts";
import { imageTokens, mostImageTokens } from "./images.ts";
import type { Tariff } from "./prices.ts";

/** What is known of a request before it is sent. */
export interface Measured extends Pick<
  Inspected,
  "pages" | "characters" | "tokens" | "formats" | "promptCharacters" | "promptTokens" | "detail"
> {
  readonly model: string;
  readonly maxOutputTokens: number;
}

/** What earlier calls like it were billed, beside what had been counted. */
export interface Experience {
  /** Input tokens billed for each that was counted. */
  readonly factor: number;
  /** Tokens of a usual answer, reasoning included. */
  readonly outputTokens: number;
}

/** Before the first call nothing is known: an answer has a title, a summary and some twenty fields. */
export const inexperienced: Experience = { factor: 1, outputTokens: 500 };

/** Characters that go out with a document in which there are none. */
export const leastCharacters = (promptCharacters: number): number => promptCharacters + FRAMING;

/** What a request will probably be like, and the most it can cost. */
export interface Estimate {
  /** Counted here, before experience had its say. */
  readonly countedTokens: number;
  readonly inputTokens: number;
  readonly cost: Amount;
  readonly upperCost: Amount;
}

/** Roles, separators and the file's own frame: 10 to 15 in recorded exchanges. */
const FRAMING = 15;

/**
 * Estimates a request from what is in it. The upper bound reckons with a token for every character, which only
 * unusual scripts exceed, with pages as large as the model takes them, and with the dearest tariff that it may
 * be billed at.
 */
export function estimate(
  measured: Measured,
  [tariff, ...others]: readonly [Tariff, ...Tariff[]],
  { factor, outputTokens: usual } = inexperienced,
): Estimate {
  const { model, pages, detail, maxOutputTokens } = measured;
  const images = imageTokens(model, detail, measured.formats);
  const countedTokens = measured.tokens + measured.promptTokens + images + FRAMING;
  const inputTokens = Math.round(countedTokens * factor);
  const outputTokens = Math.min(usual, maxOutputTokens);
  const text = measured.characters + measured.promptCharacters;
  const most = Math.ceil((text + mostImageTokens(model, pages) + FRAMING) * Math.max(1, factor));
  return {
    countedTokens,
    inputTokens,
    cost: costOf({ ...noTokens, inputTokens, outputTokens }, priceOf(inputTokens, tariff)),
    upperCost: highest(
      [tariff, ...others].map((one) =>
        upperCost(Math.max(most, inputTokens), maxOutputTokens, one),
      ),
    ),
  };
}
