import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentRecord } from "../../src/store/record.ts";

/** A record of an archived document that differs from others by `number`. */
export function seededRecord(number: number, change: Partial<DocumentRecord> = {}): DocumentRecord {
  const sha256 = createHash("sha256").update(`seed ${number}`).digest("hex");
  const at = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
  const name = `scan${String(number).padStart(5, "0")}.pdf`;
  return {
    id: sha256.slice(0, 12),
    sha256,
    status: "archived",
    waiting: null,
    folder: "scans",
    profile: "default",
    profileRevision: "0123456789ab",
    source: { path: `/home/jane/Scans/${name}`, name, arrivedAt: at },
    bytes: 48_213 + number,
    pages: 2,
    textLayer: true,
    extraction: {
      title: `Electricity bill ${number}`,
      summary: "What was used in January, and what is to be paid.",
      category: "Utilities",
      kind: "invoice",
      issuer: "Stadtwerke",
      recipient: "Jane Doe",
      documentDate: "2026-01-15",
      dueDate: "2026-01-31",
      periodStart: null,
      periodEnd: null,
      currency: "EUR",
      totalAmount: "95.20",
      amountDue: "95.20",
      references: [{ label: "Invoice number", value: `R-${number}` }],
      actionItems: [],
      tags: ["electricity"],
      language: "en",
      evidence: { issuer: null, documentDate: null, totalAmount: null },
      confidence: 0.9,
    },
    checks: [],
    calls: [
      {
        seq: number + 1,
        responseId: `resp_${number}`,
        model: "gpt-5.6-luna",
        serviceTier: "default",
        detail: "low",
        at,
        outcome: "ok",
        usage: {
          inputTokens: 1834,
          cachedInputTokens: 512,
          cacheWriteTokens: 0,
          outputTokens: 402,
          reasoningTokens: 64,
        },
        price: { input: "0.2", cachedInput: "0.02", cacheWrite: "0.25", output: "1.2" },
        costUsd: "0.00075704",
        possibleUsd: "0",
      },
    ],
    costUsd: "0.00075704",
    estimate: { inputTokens: 1790, costUsd: "0.00073", upperCostUsd: "0.0053" },
    upload: { fileId: `file-${number}`, uploadedAt: at, deletedAt: at },
    filedAs: `/home/jane/Archive/2026/Utilities/2026-01-15 Stadtwerke - Electricity bill ${number}.pdf`,
    duplicates: [],
    possibleDuplicateOf: null,
    error: null,
    attempts: 1,
    timings: { hash: 3, upload: 210 },
    work: null,
    history: [],
    createdAt: at,
    updatedAt: at,
    ...change,
  };
}

type Work = NonNullable<DocumentRecord["work"]>;

/** The work on a document that stands in staging, with nothing of it at the server. */
export const seededWork = (
  staged: string,
  step: Work["step"],
  change: Partial<Work> = {},
): Work => ({
  staged,
  step,
  reservedUsd: null,
  target: null,
  responseId: null,
  stored: [],
  ...change,
});

/** A record of a document that is in work, and was asked about by nobody so far. */
export const unreadRecord = (number: number, work: Work): DocumentRecord =>
  seededRecord(number, {
    status: "processing",
    extraction: null,
    calls: [],
    costUsd: "0",
    filedAs: null,
    upload: null,
    work,
  });

/** Writes a store with these records into a dataDir. */
export async function seedStore(
  dataDir: string,
  records: readonly DocumentRecord[],
): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const documents = Object.fromEntries(records.map((record) => [record.sha256, record]));
  await rm(join(dataDir, "journal.jsonl"), { force: true });
  await writeFile(join(dataDir, "documents.json"), JSON.stringify({ version: 1, documents }));
}
