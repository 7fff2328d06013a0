import { type DateAt, datesIn } from "./calendar.ts";
import type { Found, Line } from "./lines.ts";

/** The dates that matter, ISO 8601. */
export interface Dates {
  readonly documentDate: Found | null;
  readonly dueDate: string | null;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
}

const named =
  /invoice date|bill date|statement date|letter date|receipt date|date of (?:issue|invoice)|issued?(?: on| at)?\s*:?$|rechnungs-?\s?datum|beleg-?datum|brief-?datum|ausstellungs-?datum|ausgestellt|erstellt am|date de (?:la )?facture|date d.émission|factuur\s?datum/iu;
const numbered =
  /(?:rechnung|invoice|facture|avoir|beleg|factuur|statement|auszug|quittung)\P{Ll}.*\s(?:vom|von|du|of|dated|issued at|van)\s*$/iu;
const plain = /(?:^|[\s,])(?:date|datum|dated|den|le)\s*:?\s*$/iu;
const other =
  /due|fällig|zahlbar|überweis|bis zum|pay by|before|until|échéance|limite|vervald|uiterlijk|liefer|leistung|deliver|shipp|shipment|order|bestell|auftrag|birth|geburt|geb\.|expir|gültig|valid|period|zeitraum|période|periode|from|since|seit|stand:|version|print|druck|next|nächst|prochain|paid|bezahlt|received/iu;
const due =
  /due|fällig|zahlbar|überweis.*bis|bis zum|pay by|payable by|échéance|limite de paiement|vervald|betalen (?:voor|vóór)/iu;
const between = /^\s*(?:-|–|—|to|bis|until|through|au|tot|t\/m)(?: zum)?\s*$/iu;
const opening = /from|period|zeitraum|période|periode|vom|du|van|between|statement/iu;

interface Judged extends DateAt {
  /** What stands before it on its line, or else on the line above. */
  readonly context: string;
}

/** Tells the dates of a document apart by the words before them. */
export function findDates(lines: readonly Line[]): Dates {
  const judged = withContext(datesIn(lines), lines);
  const span = spanIn(judged);
  const document = judged
    .filter((date) => !span.includes(date))
    .map((date) => ({ date, score: scoreOf(date) }))
    .filter(({ score }) => score > 0)
    // Equal ones stay in order, so that the first of them wins.
    .toSorted((a, b) => b.score - a.score)[0]?.date;
  const dueDate = judged.find((date) => date !== document && due.test(lastWords(date.context)));
  return {
    documentDate: document ? found(document) : null,
    dueDate: dueDate?.iso ?? null,
    periodStart: span[0]?.iso ?? null,
    periodEnd: span[1]?.iso ?? null,
  };
}

function withContext(dates: readonly DateAt[], lines: readonly Line[]): readonly Judged[] {
  return dates.map((date, index) => {
    const before = dates[index - 1];
    const from = before?.row === date.row ? before.end : 0;
    const own = date.line.text.slice(from, date.start);
    if (/\p{L}/u.test(own) || from > 0) return { ...date, context: own };
    const above = before?.row === date.row - 1 ? "" : (lines[date.row - 1]?.text ?? "");
    return { ...date, context: above.length <= 80 ? `${above} ${own}` : own };
  });
}

/** The first two dates that are joined to a span of time. */
function spanIn(dates: readonly Judged[]): readonly Judged[] {
  for (const [index, first] of dates.entries()) {
    const second = dates[index + 1];
    if (second?.row !== first.row || !between.test(second.context)) continue;
    if (opening.test(first.context) && first.iso < second.iso) return [first, second];
  }
  return [];
}

function scoreOf({ context, row }: Judged): number {
  if (named.test(context)) return 5;
  if (numbered.test(context)) return 4;
  if (other.test(context)) return 0;
  if (plain.test(context)) return 3;
  return row < 25 ? 2 : 1;
}

/** In a row of labels over a row of dates the nearest label counts; in a sentence all of it. */
function lastWords(context: string): string {
  return context.slice(-60);
}

function found({ iso, line, start, end }: DateAt): Found {
  // The words before it belong to it as long as they are few.
  const from = start <= 40 ? 0 : start;
  return { value: iso, page: line.page, quote: line.text.slice(from, end) };
}
