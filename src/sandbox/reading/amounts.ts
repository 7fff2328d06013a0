/** An amount of money where it stands in a line. */
export interface Amount {
  /** A plain decimal: "-1234.56". */
  readonly value: string;
  /** ISO 4217, where the amount says so itself. */
  readonly currency: string | null;
  readonly start: number;
  readonly end: number;
}

const symbols: Readonly<Record<string, string>> = {
  "€": "EUR",
  $: "USD",
  US$: "USD",
  "£": "GBP",
  "¥": "JPY",
  RM: "MYR",
  "Fr.": "CHF",
};
const codes = [
  "EUR",
  "USD",
  "GBP",
  "CHF",
  "CAD",
  "AUD",
  "SEK",
  "NOK",
  "DKK",
  "PLN",
  "CZK",
  "JPY",
  "MYR",
];
const unit = [...Object.keys(symbols).toSorted((a, b) => b.length - a.length), ...codes]
  .map((text) => RegExp.escape(text))
  .join("|");
const pattern = new RegExp(
  String.raw`(?<![\p{L}\d.,'’/])(?<minus>[-−]\s?)?(?:(?<before>${unit})\s?)?(?<inner>[-−]\s?)?` +
    String.raw`(?<whole>\d{1,3}(?:[.,'’\s]\d{3})+|\d{1,9})(?:[.,](?<cents>\d{2}))?(?![\d%/]|[.,]\d)` +
    String.raw`(?:\s?(?<after>${unit})(?!\p{L}))?`,
  "gu",
);

/** The amounts in a line: numbers with two decimals, and whole ones that stand with a currency. */
export function amountsIn(text: string): readonly Amount[] {
  if (!/\d/.test(text)) return [];
  return [...text.matchAll(pattern)].flatMap((match) => {
    const { minus, before, inner, whole = "", cents, after } = match.groups ?? {};
    const mark = before ?? after;
    if (cents === undefined && mark === undefined) return [];
    const digits = whole.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
    const sign = minus || inner ? "-" : "";
    const value = `${sign}${digits}${cents === undefined ? "" : `.${cents}`}`;
    const currency = mark === undefined ? null : (symbols[mark] ?? mark);
    return [{ value, currency, start: match.index, end: match.index + match[0].length }];
  });
}

/** The currency that is named in a text, by symbol or code. */
export function currencyIn(text: string): string | null {
  const mark = new RegExp(String.raw`(?<!\p{L})(?:${unit})(?!\p{L})`, "u").exec(text)?.[0];
  return mark === undefined ? null : (symbols[mark] ?? mark);
}
