import { fold, wordsOf } from "./fold.ts";
import type { Passage } from "./passage.ts";

/**
 * Whether a text has marks of currencies, and none of this one. A mark may stand for many: "$" for every dollar,
 * "kr" for every crown. `language` is the document's.
 */
export function speaksOfOthers(passage: Passage, currency: string, language: string): boolean {
  return hasMarks(passage) && !speaksOf(passage, currency, language);
}

/** Only what is nothing else speaks against a currency: "TOP" is a word before it is the money of Tonga. */
const hasMarks = ({ text, folded }: Passage): boolean =>
  /[$€£¥₩₪₫₱₹₺₽₴฿]/.test(folded) || unmistakable.test(text);

const unmistakable = new RegExp(
  `(?<!\\p{L})(?:${
    "EUR|USD|GBP|CHF|JPY|CNY|AUD|NZD|HKD|SGD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|BGN|MYR|THB|KRW|INR|BRL|MXN|ZAR|RUB|" +
    "UAH|ILS|AED|TWD|IDR|VND"
  })(?!\\p{L})`,
  "u",
);

function speaksOf(passage: Passage, currency: string, language: string): boolean {
  const has = (sign: string) => hasSign(sign, passage);
  // What locales know is slow to be had, and most documents have the code.
  if ([currency, ...(otherSigns[currency] ?? [])].some(has)) return true;
  const languages = language === "und" ? ["en"] : [language, "en"];
  const shownAs = (display: Display) => languages.flatMap((one) => shown(currency, display, one));
  if ([...shownAs("symbol"), ...shownAs("narrowSymbol")].some(has)) return true;
  const names = shownAs("name").flatMap((name) => wordsOf(fold(name)));
  return names.some((word) => word.length > 2 && passage.words.has(word));
}

type Display = NonNullable<Intl.NumberFormatOptions["currencyDisplay"]>;

/** How a language writes a currency, also in its plurals. */
function shown(currency: string, currencyDisplay: Display, language: string): string[] {
  const format = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay });
  return [1, 2, 5].flatMap((amount) =>
    format
      .formatToParts(amount)
      .filter(({ type }) => type === "currency")
      .map(({ value }) => value),
  );
}

/** Letters must stand alone, and in no address ("shop.fr"); other signs may touch what is beside them. */
function hasSign(sign: string, { folded }: Passage): boolean {
  const plain = fold(sign);
  if (!/^[\p{sc=Latin}\p{sc=Cyrillic}]+\.?$/u.test(plain)) return folded.includes(plain);
  return new RegExp(`(?<!\\p{L}|\\.|[\\p{L}.]-)${RegExp.escape(plain)}(?!\\p{L})`, "u").test(
    folded,
  );
}

/** Signs that people use and that no locale has. */
const otherSigns: Readonly<Record<string, readonly string[]>> = {
  BGN: ["лв"],
  CHF: ["fr.", "sfr"],
  CNY: ["元", "人民币", "rmb"],
  HKD: ["元"],
  INR: ["rs"],
  JPY: ["円"],
  KRW: ["원"],
  LKR: ["rs"],
  NPR: ["rs"],
  PKR: ["rs"],
  PLN: ["zl"],
  RUB: ["руб"],
  TWD: ["元", "nt$"],
  UAH: ["грн"],
};
