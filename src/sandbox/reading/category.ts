import type { Line } from "./lines.ts";

/** Words that speak for a category; the one with most hits wins. */
const categories: readonly (readonly [string, RegExp])[] = [
  [
    "Utilities",
    /electric|kilowatt|kwh|\bgas\b|\bwater\b|strom|stadtwerke|meter|zähler|broadband|internet|telefon|mobil|énergie|fibre|telecom/giu,
  ],
  [
    "Banking",
    /bank statement|account statement|statement of account|kontoauszug|opening balance|closing balance|money (?:in|out)|credit card statement|relevé de compte|rekeningafschrift|savings|darlehen|mortgage/giu,
  ],
  ["Insurance", /insurance|versicherung|policy|premium|assurance|verzekering/giu],
  [
    "Health",
    /doctor|clinic|hospital|patient|pharmacy|arzt|praxis|klinik|apotheke|dental|médecin|krankenkasse/giu,
  ],
  [
    "Taxes",
    /tax office|finanzamt|tax return|steuerbescheid|einkommensteuer|hmrc|impôt|tax assessment/giu,
  ],
  ["Employment", /payslip|salary|gehalt|lohnabrechnung|employ|arbeitsvertrag|salaire|payroll/giu],
  ["Travel", /flight|hotel|booking|boarding|reise|bahn|taxi|fahrkarte|voyage|airline/giu],
  [
    "Vehicle",
    /vehicle|\bcar\b|fahrzeug|\bkfz\b|garage|werkstatt|licence plate|kennzeichen|tyre/giu,
  ],
  [
    "Property",
    /\brent\b|lease|landlord|tenant|miete|mieter|betriebskosten|nebenkosten|loyer|hausverwaltung/giu,
  ],
  [
    "Education",
    /school|university|course|tuition|library|schule|universität|kurs|seminar|école|bibliothek/giu,
  ],
  ["Government", /ministry|council|municipal|behörde|gemeinde|\bamt\b|mairie|bürgeramt/giu],
  ["Legal", /solicitor|attorney|lawyer|court|rechtsanwalt|gericht|notar|avocat/giu],
  [
    "Household",
    /repair|plumb|furniture|appliance|handwerk|möbel|heizung|reparatur|garden|carpent|tischler|regal/giu,
  ],
  ["Business", /consult|beratung|agency|agentur|workshop|services rendered|dienstleistung/giu],
  [
    "Purchases",
    /order|item|qty|quantity|artikel|menge|stück|article|quantité|aantal|price|preis|receipt|stk\b/giu,
  ],
];
/** A purchase's words stand in each invoice, so they count for less than two of another category. */
const MOST_FOR_PURCHASES = 1.5;
const HEAD = 200;

/** The category that most words speak for; "Other" where none does. */
export function categoryOf(lines: readonly Line[]): string {
  const text = lines
    .slice(0, HEAD)
    .map((line) => line.text)
    .join("\n");
  const scores = categories.map(([name, words]) => {
    const hits = new Set([...text.matchAll(words)].map(([hit]) => hit.toLowerCase()));
    const most = name === "Purchases" ? MOST_FOR_PURCHASES : Infinity;
    return { name, score: Math.min(hits.size, most) };
  });
  const [best] = scores.toSorted((a, b) => b.score - a.score);
  return best && best.score > 0 ? best.name : "Other";
}
