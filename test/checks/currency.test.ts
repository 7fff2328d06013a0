import test from "ava";
import { speaksOfOthers } from "../../src/checks/currency.ts";
import { passageOf } from "../../src/checks/passage.ts";

const fits = test.macro({
  exec: (t, text: string, currency: string, language: string) => {
    t.false(speaksOfOthers(passageOf(text), currency, language));
  },
  title: (_, text: string, currency: string, language: string) =>
    `${JSON.stringify(text)} may be of ${currency} (${language})`,
});

const contradicts = test.macro({
  exec: (t, text: string, currency: string, language: string) => {
    t.true(speaksOfOthers(passageOf(text), currency, language));
  },
  title: (_, text: string, currency: string, language: string) =>
    `${JSON.stringify(text)} is not of ${currency} (${language})`,
});

test(fits, "Total 12,00 €", "EUR", "de");
test(fits, "Total EUR12.00", "EUR", "en");
test(fits, "zwölf Euro, $ 12", "EUR", "de");
test(fits, "Total $12.00", "USD", "en");
test(fits, "Total $12.00", "CAD", "und");
test(fits, "Total $12.00", "MXN", "es-MX");
test(fits, "Totalt 12,00 kr, EUR 1", "SEK", "sv");
test(fits, "Total 12,00 kr., EUR 1", "DKK", "da");
test(fits, "12,-kr (EUR 1)", "NOK", "nb");
test(fits, "fem kronor, 1 €", "SEK", "sv");
test(fits, "Fr. 12.00 (€ 11)", "CHF", "de-CH");
test(fits, "zwölf Franken (€ 11)", "CHF", "de");
test(fits, "12,00 zł (3 €)", "PLN", "pl");
test(fits, "12,00 Kč (1 €)", "CZK", "cs");
test(fits, "1.200 Ft (3 €)", "HUF", "hu");
test(fits, "12 лв. (6 €)", "BGN", "bg");
test(fits, "RM 12.00 ($3)", "MYR", "en");
test(fits, "1,200円（税込） $8", "JPY", "ja");
test(fits, "￥1,200", "JPY", "ja");
test(fits, "￥12", "CNY", "zh");
test(fits, "12.00元整 $2", "CNY", "zh");
test(fits, "12,00", "EUR", "de");
test(fits, "", "EUR", "de");
test(fits, "TOP 5, ALL inclusive, TRY it, CAD drawings", "EUR", "en");

test(contradicts, "Total 12,00 €", "USD", "de");
test(contradicts, "Total 12,00 €", "CHF", "de");
test(contradicts, "www.shop.fr, France, 12,00 €", "CHF", "fr");
test(contradicts, "Total $12.00", "EUR", "en");
test(contradicts, "Total £12.00", "EUR", "en");
test(contradicts, "Währung: EUR", "USD", "de");
test(contradicts, "Total CHF 12.00", "EUR", "de");
test(contradicts, "krank, 12,00 €", "SEK", "de");
