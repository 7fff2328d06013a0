import { readFile } from "node:fs/promises";
import { findProvider, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";
import { format } from "oxfmt";
import { familyOf, type PublishedRow } from "../src/money/prices.ts";

/** What src/money/published.ts has to hold: the prices of those models of OpenAI that read and write text. */
export async function published(): Promise<string> {
  const about = new URL("../package.json", import.meta.resolve("@pydantic/genai-prices"));
  const { version } = JSON.parse(await readFile(about, "utf8")) as { version: string };
  const models = findProvider({ providerId: "openai" })?.models ?? [];
  const rows = Object.fromEntries(models.filter(isForText).flatMap(namesAndRows));
  const { code } = await format(
    "published.ts",
    `import type { PublishedRow } from "./prices.ts";

/**
 * Published prices, as @pydantic/genai-prices ${version} has them.
 *
 * Made by \`npm run generate\`, so that a change of prices is a diff that somebody reads; not to be edited.
 */
export const published: Readonly<Record<string, readonly PublishedRow[]>> = ${JSON.stringify(rows)};
`,
  );
  return code;
}

/** The open-weight ones are run by others, at prices of their own. */
function isForText({ id, prices }: ModelInfo): boolean {
  const kinds = Object.keys(Array.isArray(prices) ? (prices.at(-1)?.prices ?? {}) : prices);
  const hasOthers = kinds.some((one) => /audio|image/.test(one));
  const isText = kinds.includes("input_mtok") && kinds.includes("output_mtok") && !hasOthers;
  return isText && /^(gpt-|o)\d[\w.-]*(?<!-)$/.test(id) && !/audio|image|tts|search/.test(id);
}

/** A model by each of its names as OpenAI spells them; dated snapshots are found by their family. */
function namesAndRows(model: ModelInfo): (readonly [string, readonly PublishedRow[]])[] {
  const { id, match } = model;
  const rows = rowsOf(model);
  const names = [id, ...namesIn(match)].filter((name) => name.includes(".") || !id.includes("."));
  return [...new Set(names)]
    .filter((name) => familyOf(name) === name || !names.includes(familyOf(name)))
    .map((name) => [name, rows] as const);
}

function namesIn(match: ModelInfo["match"]): readonly string[] {
  if ("or" in match) return match.or.flatMap(namesIn);
  return "equals" in match ? [match.equals] : [];
}

function rowsOf({ id, prices }: ModelInfo): PublishedRow[] {
  if (!Array.isArray(prices)) return [rowOf(id, prices, null)];
  return prices.map(({ constraint, prices: price }) => {
    if (constraint && constraint.type !== "start_date")
      throw new Error(`${id} is priced by the hour`);
    return rowOf(id, price, constraint?.start_date ?? null);
  });
}

function rowOf(id: string, prices: ModelPrice, since: string | null): PublishedRow {
  const tiered = (key: string) => baseAndLong(id, prices[key] ?? prices["input_mtok"]);
  const input = tiered("input_mtok");
  const output = tiered("output_mtok");
  const cached = tiered("cache_read_mtok");
  const written = tiered("cache_write_mtok");
  const inputPercent = percentOf(input);
  if (percentOf(cached) !== inputPercent || percentOf(written) !== inputPercent) {
    throw new Error(`what is cached of ${id} has another factor than what isn't`);
  }
  const { over } = input;
  return {
    ...(since === null ? {} : { since }),
    price: {
      input: String(input.base),
      cachedInput: String(cached.base),
      cacheWrite: String(written.base),
      output: String(output.base),
    },
    long:
      over === null
        ? null
        : { overInputTokens: over, inputPercent, outputPercent: percentOf(output) },
  };
}

interface Tiered {
  readonly base: number;
  readonly long: number;
  readonly over: number | null;
}

function baseAndLong(id: string, price: ModelPrice[string]): Tiered {
  if (typeof price === "number") return { base: price, long: price, over: null };
  const [tier, ...more] = price?.tiers ?? [];
  if (!price || !tier || more.length > 0) throw new Error(`${id} isn't priced in one step`);
  return { base: price.base, long: tier.price, over: tier.start };
}

function percentOf({ base, long }: Tiered): number {
  const percent = (long / base) * 100;
  if (Math.abs(percent - Math.round(percent)) > 1e-9) throw new Error(`${percent} % isn't whole`);
  return Math.round(percent);
}
