import type { BilledLine } from "../../src/money/log-lines.ts";

/** The line of a call as it stands in a log file, with all that its record has. */
export function billedLine(seq: number, change: Partial<BilledLine> = {}): BilledLine {
  return {
    event: "call.billed",
    first: seq === 1,
    seq,
    folder: "scans",
    responseId: `resp_${seq}`,
    model: "gpt-5.6-luna",
    serviceTier: "default",
    detail: "low",
    at: new Date(2026, 0, 15, 12, 0, seq).toISOString(),
    outcome: "ok",
    usage: {
      inputTokens: 1834,
      cachedInputTokens: 512,
      cacheWriteTokens: 0,
      outputTokens: 402,
      reasoningTokens: 64,
    },
    price: { input: "0.2", cachedInput: "0.02", cacheWrite: "0.25", output: "1.2" },
    costUsd: "0.25",
    possibleUsd: "0",
    id: "3f2a9c01b7de",
    sha256: "3f2a9c01b7de".padEnd(64, "0"),
    ...change,
  };
}
