import { z } from "zod";
import { AutodError } from "../errors.ts";
import { isRefusal } from "../filing/trouble.ts";
import { fingerprintAt } from "../fingerprint.ts";
import { type Amount, formatAmount } from "../money/amount.ts";
import type { DocumentRecord } from "../store/record.ts";
import type { Addition } from "./addition.ts";
import { type Find, unreadable } from "./gather.ts";
import { isTakenUp } from "./known.ts";
import { obstacles } from "./obstacles.ts";
import type { Roots } from "./roots.ts";

/** The tiers at which documents can be read. */
export const tiers = ["default", "flex"] as const;
export type Tier = (typeof tiers)[number];

const costs = z.object({ costUsd: z.string(), upperCostUsd: z.string() });
const byTier = z.record(z.enum(tiers), costs);

/** What a file would cost that is read, or why it would cost nothing. */
const appraised = z.object({
  path: z.string(),
  /** The same, below the folder that was named. */
  name: z.string(),
  verdict: z
    .enum(["read", "known", "same", "refused", "passed-over"])
    .describe(
      "known: a document has its bytes; same: so has a file before it; passed-over: it was found in a folder, and is no PDF",
    ),
  /** Why it is refused or passed over; null otherwise. */
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** The document that has its bytes. */
  id: z.string().nullable(),
  /** Null where it isn't read. */
  pages: z.int().nullable(),
  inputTokens: z.int().nullable(),
  costs: byTier.nullable(),
});

/** What `autod estimate --json` prints. */
export const appraisal = z.object({
  profile: z.string(),
  model: z.string(),
  /** The tier that the profile asks for. */
  serviceTier: z.string(),
  files: z.array(appraised),
  /** All that would be read. */
  total: z.object({ documents: z.int(), pages: z.int(), inputTokens: z.int(), costs: byTier }),
});

export type Appraisal = z.infer<typeof appraisal>;
export type Appraised = z.infer<typeof appraised>;

/** What a document would cost at each tier. */
export interface Priced {
  readonly pages: number;
  readonly inputTokens: number;
  readonly costs: Readonly<Record<Tier, { readonly cost: Amount; readonly upperCost: Amount }>>;
}

/** What files are appraised by. */
export interface Appraising {
  /** By their SHA-256. */
  readonly known: ReadonlyMap<string, DocumentRecord>;
  readonly roots: Pick<Roots, "hiding">;
  /** Looks into a PDF; throws what speaks against it. */
  readonly price: (path: string, bytes: number) => Promise<Priced>;
  readonly signal: AbortSignal;
}

/** Appraises one file after the other, each of equal bytes once; nothing is sent, and nothing is kept. */
export interface Appraiser {
  readonly appraise: (find: Find | Addition) => Promise<Appraised>;
  /** Of all that would be read, so far. */
  readonly total: () => Appraisal["total"];
}

export function openAppraisal({ known, roots, price, signal }: Appraising): Appraiser {
  const seen = new Map<string, string>();
  const sum = { documents: 0, pages: 0, inputTokens: 0 };
  const sums = newCosts();

  const appraise = async (find: Find): Promise<Appraised> => {
    if (typeof find.at !== "string") {
      const { message } = obstacles.NAME_NO_UTF8;
      return said(find, { verdict: "refused", code: "NAME_NO_UTF8", message });
    }
    const { sha256, bytes } = await fingerprintAt(find.at, signal);
    const first = seen.get(sha256);
    if (first !== undefined) {
      return said(find, { verdict: "same", message: `has the same bytes as ${first}` });
    }
    seen.set(sha256, find.name);
    const record = known.get(sha256);
    if (record && !(await isTakenUp(record, roots))) {
      return said(find, { verdict: "known", id: record.id });
    }
    const { pages, inputTokens, costs: priced } = await price(find.path, bytes);
    sum.documents += 1;
    sum.pages += pages;
    sum.inputTokens += inputTokens;
    for (const tier of tiers) {
      sums[tier].cost += priced[tier].cost;
      sums[tier].upperCost += priced[tier].upperCost;
    }
    return said(find, { verdict: "read", pages, inputTokens, costs: shown(priced) });
  };

  return {
    async appraise(find) {
      if ("verdict" in find) {
        const { verdict, code, message } = find;
        return said(find, {
          verdict: verdict === "refused" ? verdict : "passed-over",
          code,
          message,
        });
      }
      try {
        return await appraise(find);
      } catch (error) {
        signal.throwIfAborted();
        if (isRefusal(error)) return said(find, { verdict: "refused", ...unreadable(error) });
        if (!(error instanceof AutodError) || error.kind !== "document") throw error;
        const { code, message } = error;
        return said(find, { verdict: "refused", code, message });
      }
    },

    total: () => ({ ...sum, costs: shown(sums) }),
  };
}

const newCosts = () => ({
  default: { cost: 0n, upperCost: 0n },
  flex: { cost: 0n, upperCost: 0n },
});

const shown = (priced: Priced["costs"]) => {
  const usd = ({ cost, upperCost }: Priced["costs"][Tier]) => ({
    costUsd: formatAmount(cost),
    upperCostUsd: formatAmount(upperCost),
  });
  return { default: usd(priced.default), flex: usd(priced.flex) };
};

const said = (
  { path, name }: Pick<Appraised, "path" | "name">,
  known: Partial<Appraised> & Pick<Appraised, "verdict">,
): Appraised => ({
  path,
  name,
  code: null,
  message: null,
  id: null,
  pages: null,
  inputTokens: null,
  costs: null,
  ...known,
});
