import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { formatAmount, parseAmount } from "./amount.ts";
import { published } from "./published.ts";
import { supplement, tiers } from "./supplement.ts";

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

/** Over so many input tokens the whole request costs more, its cached input too. */
export interface LongContext {
  readonly overInputTokens: number;
  readonly inputPercent: number;
  readonly outputPercent: number;
}

/** The price at the usual tier. */
export interface PublishedRow extends Tariff {
  /** The UTC day on which it began (YYYY-MM-DD); the first of a model has none. */
  readonly since?: string;
}

/**
 * What a call of `model` costs at `tier` on that day: the configuration's own row, else the published one.
 *
 * A dated snapshot ("gpt-5.1-2025-11-13") costs what its model costs, unless it has a row of its own. Throws
 * PRICE_UNKNOWN.
 */
export function tariff(
  model: string,
  tier: string,
  own: Readonly<Record<string, Price>> = {},
  at = new Date(),
): Tariff {
  const ownPrice = named(own, model);
  if (ownPrice) return { price: ownPrice, long: null };
  const row = named(published, model)?.findLast(({ since }) => began(since, at));
  const usual = row ?? named(supplement, model);
  if (!usual) throw new AutodError("PRICE_UNKNOWN", `there is no known price for ${model}`);
  return { price: priceAt(model, tier, usual.price), long: usual.long };
}

/**
 * What a profile's calls cost, at its own tier or at another one. Throws PRICE_UNKNOWN, for a server of one's own with
 * the line that makes the model a free one.
 */
export function tariffOf(
  { model, server, serviceTier }: Asking,
  own: Readonly<Record<string, Price>>,
  tier = serviceTier,
): Tariff {
  try {
    return tariff(model, tier, own);
  } catch (cause) {
    if (!(cause instanceof AutodError) || server === "openai") throw cause;
    const line = `prices: { ${JSON.stringify(model)}: { input: 0, output: 0 } }`;
    const message = `${cause.message}; where it costs nothing, add ${line}`;
    throw new AutodError(cause.code, message, { cause });
  }
}

/** What of a profile its price depends on. */
type Asking = Pick<Config["profiles"][string], "model" | "server"> & {
  readonly serviceTier: string;
};

/** Whether the configuration has a row of its own for a model, or for the one that it is a snapshot of. */
export const isPriced = (model: string, own: Readonly<Record<string, Price>>): boolean =>
  named(own, model) !== undefined;

const began = (since: string | undefined, at: Date): boolean =>
  since === undefined || at >= new Date(since);

/** The model that a dated snapshot is one of. */
export const familyOf = (model: string): string => model.replace(/-\d{4}-\d{2}-\d{2}$/, "");

/** A name may be anything that a server says: what every object has by itself is no row. */
function named<Found>(rows: Readonly<Record<string, Found>>, model: string): Found | undefined {
  const name = [model, familyOf(model)].find((one) => Object.hasOwn(rows, one));
  return name === undefined ? undefined : rows[name];
}

function priceAt(model: string, tier: string, usual: Price): Price {
  const special = named(tiers, model);
  if (tier === "flex") return special?.flex ?? half(usual);
  if (tier === "priority" || tier === "fast") return special?.priority ?? usual;
  return usual;
}

/** https://developers.openai.com/api/docs/guides/flex-processing */
function half(price: Price): Price {
  const halved = (usd: string) => formatAmount(parseAmount(usd) / 2n);
  return {
    input: halved(price.input),
    cachedInput: halved(price.cachedInput),
    cacheWrite: halved(price.cacheWrite),
    output: halved(price.output),
  };
}
