import type { Line } from "./lines.ts";

/** Small words that tell languages apart, by BCP 47 tag. */
const words: Readonly<Record<string, string>> = {
  en: "the and of to your you for is this with date invoice amount please account from number are total due",
  de: "der die das und von für mit ist bitte sie wir ihre ihr den zum zur datum betrag rechnung nummer auf im",
  fr: "le la les et de du des pour est vous votre nous date facture montant une sur au aux numéro par",
  nl: "de het een en van voor met uw wij is datum bedrag factuur nummer op bij te aan totaal",
  es: "el la los las y de del para su fecha factura importe con una por número en se al",
  it: "il lo gli e di della per con data fattura importo una su numero che non si totale",
};
/** BCP 47 for "undetermined". */
const UNKNOWN = "und";

/** The language of the text, by its small words. */
export function languageOf(lines: readonly Line[]): string {
  const seen = lines
    .slice(0, 300)
    .map(({ text }) => text)
    .join(" ")
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  const scores = Object.entries(words).map(([tag, list]) => {
    const known = new Set(list.split(" "));
    return { tag, score: seen.filter((word) => known.has(word)).length };
  });
  const [best] = scores.toSorted((a, b) => b.score - a.score);
  return best && best.score > 0 ? best.tag : UNKNOWN;
}
