import type { LongContext, Price, PublishedRow } from "./prices.ts";

const long: LongContext = { overInputTokens: 272_000, inputPercent: 200, outputPercent: 150 };

/** Models that the published table lacks: OpenAI's pricing page, as read between 2026-10-26 and 2026-11-05. */
export const supplement: Readonly<Record<string, PublishedRow>> = {
  "gpt-6.1-sol": { price: row("2", "0.1", "2.5", "10"), long },
  "gpt-6.1-terra": { price: row("1", "0.05", "1.25", "5"), long },
};

/**
 * What other tiers cost where it isn't the rule.
 *
 * gpt-6.1: as above; gpt-6: its model page; gpt-5.5: OpenAI's pricing page; all others: LiteLLM's
 * model_prices_and_context_window.json of July 2026.
 */
export const tiers: Readonly<Record<string, { readonly flex?: Price; readonly priority?: Price }>> =
  {
    "gpt-6.1-terra": { priority: row("2", "0.1", "2.5", "10") },
    "gpt-6-luna": { priority: row("0.2", "0.02", "0.25", "1") },
    "gpt-5.5": { priority: row("12.5", "1.25", "12.5", "75") },
    "gpt-5.4": {
      flex: row("1.25", "0.13", "1.25", "7.5"),
      priority: row("5", "0.5", "5", "30"),
    },
    "gpt-5.4-mini": { priority: row("1.5", "0.15", "1.5", "9") },
    "gpt-5.2": { priority: row("3.5", "0.35", "3.5", "28") },
    "gpt-5": { priority: row("2.5", "0.25", "2.5", "20") },
    "gpt-5-mini": { priority: row("0.45", "0.045", "0.45", "3.6") },
    "gpt-4.1": { priority: row("3.5", "0.875", "3.5", "14") },
    "gpt-4o": { priority: row("4.25", "2.125", "4.25", "17") },
  };

function row(input: string, cachedInput: string, cacheWrite: string, output: string): Price {
  return { input, cachedInput, cacheWrite, output };
}
