import { AutodError } from "../errors.ts";

/** USD per million tokens, as decimals with at most 6 digits behind the point. */
export interface Price {
  readonly input: string;
  readonly cachedInput: string;
  readonly cacheWrite: string;
  readonly output: string;
}

/** What a call of a model costs at one tier, long requests included. */
export interface Tariff {
  readonly price: Price;
  readonly long: LongContext | null;
}

/** Over so many input tokens the whole request costs more; the factors are in halves. */
export interface LongContext {
  readonly overInputTokens: number;
  readonly inputHalves: bigint;
  readonly outputHalves: bigint;
}

const long272k: LongContext = { overInputTokens: 272_000, inputHalves: 4n, outputHalves: 3n };

interface Row {
  readonly standard: Price;
  readonly flex?: Price;
  readonly priority?: Price;
  readonly long?: LongContext;
}

/**
 * Published prices as of 2026-11-22.
 *
 * The gpt-6 and gpt-5.6 rows: @pydantic/genai-prices 0.1.8 and OpenAI's model pages; gpt-6.1: OpenAI's
 * pricing page as read between 2026-10-26 and 2026-11-05; all others: LiteLLM's
 * model_prices_and_context_window.json of July 2026. Cached input without a published price costs as much
 * as input. Flex is half the standard price (https://developers.openai.com/api/docs/guides/flex-processing).
 */
const published: Readonly<Record<string, Row>> = {
  "gpt-6.1-sol": { standard: row("2", "0.1", "2.5", "10"), long: long272k },
  "gpt-6.1-terra": {
    standard: row("1", "0.05", "1.25", "5"),
    flex: row("0.5", "0.025", "0.625", "2.5"),
    priority: row("2", "0.1", "2.5", "10"),
    long: long272k,
  },
  "gpt-6-astra": {
    standard: row("10", "1", "12.5", "50"),
    flex: row("5", "0.5", "6.25", "25"),
    long: long272k,
  },
  "gpt-6-sol": {
    standard: row("2", "0.2", "2.5", "10"),
    flex: row("1", "0.1", "1.25", "5"),
    long: long272k,
  },
  "gpt-6-luna": {
    standard: row("0.1", "0.01", "0.125", "0.5"),
    flex: row("0.05", "0.005", "0.0625", "0.25"),
    priority: row("0.2", "0.02", "0.25", "1"),
    long: long272k,
  },
  "gpt-5.6-sol": {
    standard: row("4", "0.4", "5", "20"),
    flex: row("2", "0.2", "2.5", "10"),
    long: long272k,
  },
  "gpt-5.6-terra": {
    standard: row("2", "0.2", "2.5", "12"),
    flex: row("1", "0.1", "1.25", "6"),
    long: long272k,
  },
  "gpt-5.6-luna": {
    standard: row("0.2", "0.02", "0.25", "1.2"),
    flex: row("0.1", "0.01", "0.125", "0.6"),
    long: long272k,
  },
  "gpt-5.5": {
    standard: row("5", "0.5", "5", "30"),
    flex: row("2.5", "0.25", "2.5", "15"),
    priority: row("12.5", "1.25", "12.5", "75"),
    long: long272k,
  },
  "gpt-5.4": {
    standard: row("2.5", "0.25", "2.5", "15"),
    flex: row("1.25", "0.13", "1.25", "7.5"),
    priority: row("5", "0.5", "5", "30"),
    long: long272k,
  },
  "gpt-5.4-mini": {
    standard: row("0.75", "0.075", "0.75", "4.5"),
    flex: row("0.375", "0.0375", "0.375", "2.25"),
    priority: row("1.5", "0.15", "1.5", "9"),
  },
  "gpt-5.4-nano": {
    standard: row("0.2", "0.02", "0.2", "1.25"),
    flex: row("0.1", "0.01", "0.1", "0.625"),
  },
  "gpt-5.2": {
    standard: row("1.75", "0.175", "1.75", "14"),
    priority: row("3.5", "0.35", "3.5", "28"),
  },
  "gpt-5.1": { standard: row("1.25", "0.125", "1.25", "10") },
  "gpt-5": {
    standard: row("1.25", "0.125", "1.25", "10"),
    flex: row("0.625", "0.0625", "0.625", "5"),
    priority: row("2.5", "0.25", "2.5", "20"),
  },
  "gpt-5-mini": {
    standard: row("0.25", "0.025", "0.25", "2"),
    flex: row("0.125", "0.0125", "0.125", "1"),
    priority: row("0.45", "0.045", "0.45", "3.6"),
  },
  "gpt-5-nano": {
    standard: row("0.05", "0.005", "0.05", "0.4"),
    flex: row("0.025", "0.0025", "0.025", "0.2"),
  },
  "gpt-4.1": {
    standard: row("2", "0.5", "2", "8"),
    priority: row("3.5", "0.875", "3.5", "14"),
  },
  "gpt-4.1-mini": { standard: row("0.4", "0.1", "0.4", "1.6") },
  "gpt-4o": {
    standard: row("2.5", "1.25", "2.5", "10"),
    priority: row("4.25", "2.125", "4.25", "17"),
  },
  "gpt-4o-mini": { standard: row("0.15", "0.075", "0.15", "0.6") },
  o3: { standard: row("2", "0.5", "2", "8") },
};

function row(input: string, cachedInput: string, cacheWrite: string, output: string): Price {
  return { input, cachedInput, cacheWrite, output };
}

/**
 * What a call of `model` costs at `tier`: the configuration's own row, else the published one.
 *
 * A dated snapshot ("gpt-5.1-2025-11-13") costs what its model costs. Throws PRICE_UNKNOWN.
 */
export function tariff(
  model: string,
  tier: string,
  own: Readonly<Record<string, Price>> = {},
): Tariff {
  const family = model.replace(/-\d{4}-\d{2}-\d{2}$/, "");
  const ownPrice = named(own, model, family);
  if (ownPrice) return { price: ownPrice, long: null };
  const found = named(published, model, family);
  if (!found) throw new AutodError("PRICE_UNKNOWN", `there is no known price for ${model}`);
  return { price: priceAt(found, tier), long: found.long ?? null };
}

/** A name may be anything that a server says: what every object has by itself is no row. */
function named<Found>(
  rows: Readonly<Record<string, Found>>,
  ...names: readonly string[]
): Found | undefined {
  const name = names.find((one) => Object.hasOwn(rows, one));
  return name === undefined ? undefined : rows[name];
}

function priceAt({ standard, flex, priority }: Row, tier: string): Price {
  if (tier === "flex") return flex ?? standard;
  if (tier === "priority" || tier === "fast") return priority ?? standard;
  return standard;
}
