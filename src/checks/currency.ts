import { fold, wordsOf } from "./fold.ts";
import { hasWord } from "./name.ts";
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
  const languages = language === "und" ? ["en"] : [language, "en"];
  return (
    [currency, ...signsOf(currency, languages)].some((sign) => hasSign(sign, passage)) ||
    namesOf(currency, languages).some((word) => hasWord(word, passage))
  );
}

/** Letters must stand alone; other signs may touch what is beside them. */
function hasSign(sign: string, { folded }: Passage): boolean {
  const plain = fold(sign);
  if (!/^\p{L}+\.?$/u.test(plain)) return folded.includes(plain);
  return new RegExp(`(?<!\\p{L})${RegExp.escape(plain)}(?!\\p{L})`, "u").test(folded);
}

function signsOf(currency: string, languages: readonly string[]): string[] {
  const shown = languages.flatMap((language) =>
    (["symbol", "narrowSymbol"] as const).map((currencyDisplay) => {
      const style = { style: "currency", currency, currencyDisplay } as const;
      const parts = new Intl.NumberFormat(language, style).formatToParts(1);
      return parts.find(({ type }) => type === "currency")?.value ?? currency;
    }),
  );
  return [...shown, ...(otherSigns[currency] ?? [])];
}

/** Signs that people use and that no locale has. */
const otherSigns: Readonly<Record<string, readonly string[]>> = {
  BGN: ["лв"],
  CHF: ["fr", "sfr"],
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

function namesOf(currency: string, languages: readonly string[]): string[] {
  const names = new Intl.DisplayNames(languages, { type: "currency" }).of(currency) ?? "";
  const english = new Intl.DisplayNames("en", { type: "currency" }).of(currency) ?? "";
  return wordsOf(fold(`${names} ${english}`)).filter((word) => word.length > 2);
}
