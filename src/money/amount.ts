/** An exact amount of money in units of 10⁻¹² USD. */
export type Amount = bigint;

const DIGITS = 12;

/** Reads a decimal in USD, at most 12 digits behind the point ("0.00075704"). Throws on anything else. */
export function parseAmount(text: string): Amount {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) throw new Error(`no amount of money: ${JSON.stringify(text)}`);
  const [, sign, whole = "0", fraction = ""] = match;
  const amount = BigInt(whole + fraction.padEnd(DIGITS, "0"));
  return sign ? -amount : amount;
}

/** The decimal in USD: exact, no exponent, no trailing zeros, "0" if none. */
export function formatAmount(amount: Amount): string {
  if (amount < 0n) return `-${formatAmount(-amount)}`;
  const text = String(amount).padStart(DIGITS + 1, "0");
  const fraction = text.slice(-DIGITS).replace(/0+$/, "");
  return text.slice(0, -DIGITS) + (fraction && `.${fraction}`);
}

/** The sum of decimals in USD. */
export const sumOf = (decimals: readonly string[]): Amount =>
  decimals.reduce((sum, decimal) => sum + parseAmount(decimal), 0n);

/** The highest of several amounts; there is one at least. */
export const highest = (amounts: readonly Amount[]): Amount =>
  amounts.reduce((most, one) => (one > most ? one : most));

/** `showAmount` for a decimal in USD. */
export const showUsd = (decimal: string): string => showAmount(parseAmount(decimal));

/** For eyes: "$0.0008", "$12.30"; two digits at least, and as many as show the first two that count. */
export function showAmount(amount: Amount): string {
  if (amount < 0n) return `-${showAmount(-amount)}`;
  // So many stand behind the point before the first digit that counts.
  const zeros = Math.max(0, DIGITS - String(amount).length);
  const rounded = formatAmount(round(amount, Math.min(DIGITS, zeros + 2)));
  const [whole, fraction = ""] = rounded.split(".");
  return `$${whole}.${fraction.padEnd(2, "0")}`;
}

/** Half up, to `digits` behind the point. */
function round(amount: Amount, digits: number): Amount {
  const step = 10n ** BigInt(DIGITS - digits);
  return ((amount + step / 2n) / step) * step;
}
