/** An exact amount of money in units of 10⁻¹² USD. */
export type Amount = bigint;

const DIGITS = 12;
const UNIT = 10n ** BigInt(DIGITS);

/** Reads a decimal in USD, at most 12 digits behind the point ("0.00075704"). Throws on anything else. */
export function parseAmount(text: string): Amount {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) throw new Error(`no amount of money: ${JSON.stringify(text)}`);
  const [, sign, whole = "0", fraction = ""] = match;
  const amount = BigInt(whole) * UNIT + BigInt(fraction.padEnd(DIGITS, "0"));
  return sign ? -amount : amount;
}

/** The decimal in USD: exact, no exponent, no trailing zeros, "0" if none. */
export function formatAmount(amount: Amount): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = String(size % UNIT)
    .padStart(DIGITS, "0")
    .replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${size / UNIT}${fraction && `.${fraction}`}`;
}

/** The sum of decimals in USD. */
export const sumOf = (decimals: readonly string[]): Amount =>
  decimals.reduce((sum, decimal) => sum + parseAmount(decimal), 0n);

/** `showAmount` for a decimal in USD. */
export const showUsd = (decimal: string): string => showAmount(parseAmount(decimal));

/** For eyes: "$0.0008", "$12.30"; two digits at least, and as many as show the first two that count. */
export function showAmount(amount: Amount): string {
  if (amount < 0n) return `-${showAmount(-amount)}`;
  const [whole, fraction = ""] = formatAmount(amount).split(".");
  const zeros = whole === "0" ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0;
  const digits = Math.max(2, zeros + 2);
  const rounded = formatAmount(round(amount, digits));
  const [shown, rest = ""] = rounded.split(".");
  return `$${shown}.${rest.padEnd(2, "0")}`;
}

/** Half up, to `digits` behind the point. */
function round(amount: Amount, digits: number): Amount {
  const step = 10n ** BigInt(Math.max(0, DIGITS - digits));
  return ((amount + step / 2n) / step) * step;
}
