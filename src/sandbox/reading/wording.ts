/** The few phrases that an answer has in the document's own language. */
export interface Wording {
  readonly from: string;
  readonly dated: string;
  readonly total: string;
  readonly due: string;
  readonly pay: string;
  readonly nothing: string;
  /** What people call the kinds that need no heading of their own. */
  readonly kinds: Readonly<Record<string, string>>;
}

const english: Wording = {
  from: "from",
  dated: "dated",
  total: "Total:",
  due: "Payable by",
  pay: "Pay",
  nothing: "No text could be read in it.",
  kinds: { invoice: "Invoice", receipt: "Receipt", statement: "Statement", letter: "Letter" },
};
const wordings: Readonly<Record<string, Wording>> = {
  de: {
    from: "von",
    dated: "vom",
    total: "Gesamtbetrag:",
    due: "Zahlbar bis",
    pay: "Bezahlen:",
    nothing: english.nothing,
    kinds: {
      invoice: "Rechnung",
      receipt: "Quittung",
      statement: "Kontoauszug",
      letter: "Schreiben",
    },
  },
  fr: {
    from: "de",
    dated: "du",
    total: "Total :",
    due: "À payer avant le",
    pay: "Payer",
    nothing: english.nothing,
    kinds: { invoice: "Facture", receipt: "Reçu", statement: "Relevé", letter: "Lettre" },
  },
  nl: {
    from: "van",
    dated: "van",
    total: "Totaal:",
    due: "Te betalen vóór",
    pay: "Betalen:",
    nothing: english.nothing,
    kinds: {
      invoice: "Factuur",
      receipt: "Kassabon",
      statement: "Rekeningafschrift",
      letter: "Brief",
    },
  },
};

/** The phrases in a language; in English where it isn't one of them. */
export function wordingIn(language: string): Wording {
  return wordings[language] ?? english;
}
