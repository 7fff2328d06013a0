import { join } from "node:path";
import type { Folder } from "../document.ts";
import { reviewFolder } from "../filing/archive.ts";
import { release } from "../filing/quarantine.ts";
import type { Reason } from "../filing/reason.ts";
import { formatAmount, sumOf } from "../money/amount.ts";
import type { DocumentRecord, Failure } from "../store/record.ts";
import { isBelow } from "./mount.ts";

/** Removes the reason beside a document that was set aside, and is no more. */
export async function dropReason(from: string, { archive, quarantine }: Folder): Promise<void> {
  // Nowhere else does a file of that name belong to us.
  const isAside = [quarantine, join(archive, reviewFolder)].some((root) => isBelow(from, root));
  if (isAside) await release(from);
}

/** Why a document is in quarantine, as it stands beside it. */
export function reasonOf(
  { source, attempts, calls, costUsd }: DocumentRecord,
  { code, message, hint, stage }: Failure,
): Reason {
  return {
    code,
    message,
    hint,
    stage,
    attempts,
    costUsd,
    possibleUsd: formatAmount(sumOf(calls.map(({ possibleUsd }) => possibleUsd))),
    at: new Date().toISOString(),
    source: source.path,
  };
}

/** Why a document is in review, as it stands beside it; null where nothing speaks against what was read. */
export function reviewReasonOf(record: DocumentRecord): Reason | null {
  const { id, checks } = record;
  const [first, ...others] = checks.filter(({ hard }) => hard);
  if (!first) return null;
  const message = [first, ...others].map((one) => `${one.field}: ${one.message}`).join("; ");
  const hint = `autod review shows what was read: autod accept ${id} files it so, autod edit ${id} KEY=VALUE puts it right, autod reject ${id} gives it up.`;
  const failure = { code: first.code, message, hint, stage: "extract", kind: "document" } as const;
  return { ...reasonOf(record, failure), checks };
}
