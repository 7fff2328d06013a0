import { type Amount, amountsIn, currencyIn } from "./amounts.ts";
import type { Found, Line } from "./lines.ts";

/** What a document comes to. Amounts are plain decimals. */
export interface Totals {
  readonly totalAmount: Found | null;
  readonly amountDue: string | null;
  /** ISO 4217. */
  readonly currency: string | null;
}

const balance =
  /closing balance|new balance|ending balance|neuer (?:konto)?(?:saldo|stand)|endsaldo|nouveau solde|eindsaldo/iu;
const taxed =
  /gesamt\P{Ll}*brutto|gesamtbetrag|rechnungsbetrag|endbetrag|brutto|\bttc\b|grand total|invoice total|total amount|total charges|factuur\s?totaal|totaalbedrag|(?:total|totaal|summe|betrag|amount|gesamt|montant)\P{N}{0,30}in[ck]l|in[ck]l\p{L}*\.?\s(?:\d+\s?%\s)?(?:vat|tax|mwst|ust|btw|tva)/iu;
const plain = /\btotal\b|\btotaal\b|gesamtsumme|\bsumme\b|\bgesamt\b/iu;
const due =
  /amount due|balance due|total due|due payable|amount payable|please pay|zahlbetrag|zu zahlen|offener betrag|net à payer|solde à payer|somme à payer|reste à payer|te betalen|residual/iu;
const partial =
  /netto|\bnet\b|\bht\b|hors tax|\bexcl|\bohne\b|sub-?\s?tot|zwischensumme|sous-?total|total\s+(?:taxes|tax|vat|tva|btw|paid|out|in)\b|(?:tax|vat|ust|mwst|tva|btw)\S*\s+(?:total|gesamt|totaal)/iu;

interface Candidate {
  readonly rank: number;
  readonly due: boolean;
  readonly amount: Amount;
  readonly line: Line;
}

/** Finds the total by the words beside it; one with tax wins over one that doesn't say. */
export function findTotals(lines: readonly Line[], isStatement: boolean): Totals {
  const candidates = lines.flatMap((line, row) => candidateAt(line, lines[row + 1], isStatement));
  const owed = candidates.findLast((candidate) => candidate.due);
  const best = Math.max(...candidates.map(({ rank }) => rank));
  const total = candidates
    .filter(({ rank }) => rank > 0 && rank === best)
    .toSorted((a, b) => Math.abs(Number(b.amount.value)) - Math.abs(Number(a.amount.value)))[0];
  const chosen = total ?? owed;
  return {
    totalAmount: chosen ? found(chosen) : null,
    amountDue: owed?.amount.value ?? null,
    currency: chosen?.amount.currency ?? currencyOf(lines),
  };
}

function candidateAt(line: Line, below: Line | undefined, isStatement: boolean): Candidate[] {
  const isDue = due.test(line.text);
  const rank = isStatement && balance.test(line.text) ? 3 : rankOf(line.text);
  if (rank === 0 && !isDue) return [];
  const own = amountsIn(line.text).at(-1);
  if (own) return [{ rank, due: isDue, amount: own, line }];
  // A label alone may have its amount below it, alone too.
  const [amount] = below ? amountsIn(below.text) : [];
  if (!below || !amount || amount.end - amount.start < below.text.length) return [];
  return [{ rank, due: isDue, amount, line: below }];
}

function rankOf(text: string): number {
  if (taxed.test(text) && !/netto|\bexcl/iu.test(text)) return 2;
  return plain.test(text) && !partial.test(text) ? 1 : 0;
}

function found({ amount, line }: Candidate): Found {
  return { value: amount.value, page: line.page, quote: line.text.slice(0, amount.end) };
}

/** The one that a label names, else the one most amounts have. */
function currencyOf(lines: readonly Line[]): string | null {
  const label = lines.find(({ text }) => /währung|currency|devise|munteenheid/iu.test(text));
  const counts = new Map<string, number>();
  for (const { text } of lines) {
    for (const { currency } of amountsIn(text)) {
      if (currency) counts.set(currency, (counts.get(currency) ?? 0) + 1);
    }
  }
  const most = [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
  return (
    (label && currencyIn(label.text)) ??
    most ??
    currencyIn(lines.map(({ text }) => text).join("\n"))
  );
}
