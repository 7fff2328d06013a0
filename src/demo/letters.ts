/** What stands on one sheet of paper; `sheet.ts` lays it out. */
export interface Letter {
  readonly language: string;
  readonly sender: readonly string[];
  readonly recipient: readonly string[];
  readonly heading: string;
  /** Label and value, beside the addressee. */
  readonly facts: readonly (readonly [string, string])[];
  readonly text: readonly string[];
  /** The first row names the columns. */
  readonly table?: readonly (readonly string[])[];
  readonly totals?: readonly (readonly [string, string])[];
  readonly closing: readonly string[];
}

const jane = ["Jane Doe", "12 Orchard Lane", "EX4 9ZZ Exampleton"];

export const electricityBill: Letter = {
  language: "en-GB",
  sender: ["Larkmoor Electric", "1 Turbine Yard", "EX1 1ZZ Exampleton", "help@larkmoor.example"],
  recipient: jane,
  heading: "Electricity bill",
  facts: [
    ["Bill number:", "LE-2026-00417"],
    ["Account number:", "77301182"],
    ["Bill date:", "15 January 2026"],
    ["Payment due by:", "5 February 2026"],
  ],
  text: ["Billing period: 1 December 2025 to 31 December 2025"],
  table: [
    ["Your electricity", "Units", "Price", "Amount"],
    ["Electricity used (meter E-20931)", "268 kWh", "£0.2450", "£65.66"],
    ["Standing charge", "31 days", "£0.5300", "£16.43"],
  ],
  totals: [
    ["Subtotal", "£82.09"],
    ["VAT at 5 %", "£4.10"],
    ["Total including VAT", "£86.19"],
  ],
  closing: [
    "We will take this amount from your account by direct debit.",
    "Thank you for being a customer.",
  ],
};

export const joinersInvoice: Letter = {
  language: "de",
  sender: [
    "Birkenhain GmbH",
    "Tischlerei, Sägeweg 4",
    "99999 Musterstadt",
    "USt-IdNr.: DE999999999",
  ],
  recipient: ["Frau", "Jane Doe", "Lindenallee 7", "99998 Beispielhausen"],
  heading: "Rechnung",
  facts: [
    ["Rechnungsnummer:", "2026-0037"],
    ["Kundennummer:", "K-1184"],
    ["Rechnungsdatum:", "03.02.2026"],
    ["Leistungsdatum:", "29.01.2026"],
  ],
  text: ["Sehr geehrte Frau Doe,", "für unsere Arbeiten berechnen wir Ihnen wie vereinbart:"],
  table: [
    ["Beschreibung", "Menge", "Einzelpreis", "Betrag"],
    ["Bücherregal aus Eiche, nach Maß", "1 Stück", "1.090,00 €", "1.090,00 €"],
    ["Lieferung und Aufbau", "2 Std.", "80,00 €", "160,00 €"],
  ],
  totals: [
    ["Nettobetrag", "1.250,00 €"],
    ["zzgl. 19 % MwSt.", "237,50 €"],
    ["Gesamtbetrag", "1.487,50 €"],
  ],
  closing: [
    "Bitte überweisen Sie den Betrag bis zum 17.02.2026.",
    "Mit freundlichen Grüßen",
    "Ihre Tischlerei Birkenhain",
  ],
};

export const hardwareReceipt: Letter = {
  language: "en-US",
  sender: ["Copper Kettle LLC", "48 Harbor Street", "Sampletown, OR 97999"],
  recipient: ["Sold to: walk-in customer"],
  heading: "Sales receipt",
  facts: [
    ["Receipt No.:", "R-20418"],
    ["Date:", "02/21/2026"],
    ["Paid by:", "card"],
  ],
  text: [],
  table: [
    ["Item", "Qty", "Price", "Amount"],
    ["Cordless drill, 18 V", "1", "$119.00", "$119.00"],
    ["Wood screws, box of 200", "2", "$8.75", "$17.50"],
    ["Work gloves", "1", "$12.40", "$12.40"],
  ],
  totals: [
    ["Subtotal", "$148.90"],
    ["Sales tax 4 %", "$5.96"],
    ["Total", "$154.86"],
  ],
  closing: ["Returns within 30 days with this receipt.", "Thank you for shopping with us!"],
};

export const bankStatement: Letter = {
  language: "en-GB",
  sender: ["Elmbridge Bank", "3 Ledger Square", "EX2 5ZZ Exampleton"],
  recipient: jane,
  heading: "Account statement",
  facts: [
    ["Account number:", "00418827"],
    ["Statement number:", "1/2026"],
    ["Statement date:", "31 January 2026"],
  ],
  text: ["Statement period: 1 January 2026 to 31 January 2026"],
  table: [
    ["Date", "Details", "Money out", "Money in"],
    ["02/01/2026", "Rent", "£840.00", ""],
    ["14/01/2026", "Groceries", "£63.27", ""],
    ["23/01/2026", "Salary", "", "£2,480.00"],
    ["28/01/2026", "Cycle shop", "£129.90", ""],
  ],
  totals: [
    ["Opening balance", "£871.92"],
    ["Closing balance", "£2,318.75"],
  ],
  closing: ["Please check this statement and tell us of anything that isn't yours."],
};

export const libraryLetter: Letter = {
  language: "en-GB",
  sender: ["Willowbrook Library", "Museum Road", "EX3 2ZZ Exampleton"],
  recipient: jane,
  heading: "Subject: New library card",
  facts: [
    ["Our reference:", "WL-5521"],
    ["Date:", "20 February 2026"],
  ],
  text: [
    "Dear Ms Doe,",
    "thank you for coming in. Here is your new library card; it is valid for another two years, and there is nothing you need to do.",
    "From March on we are open on Saturdays until six. The reading room on the first floor has been refurbished, and you are welcome to book a desk there.",
  ],
  closing: ["Yours sincerely,", "R. Fairweather, Librarian"],
};

export const garageInvoice: Letter = {
  language: "en-GB",
  sender: ["Pennyfarthing Ltd", "Garage, 2 Spanner Row", "EX4 1ZZ Exampleton"],
  recipient: jane,
  heading: "Invoice",
  facts: [
    ["Invoice number:", "PG-3318"],
    ["Invoice date:", "9 February 2026"],
    ["Due date:", "23 February 2026"],
    ["Licence plate:", "EX26 ZZZ"],
  ],
  text: ["Yearly service of your vehicle"],
  table: [
    ["Work and parts", "Quantity", "Price", "Amount"],
    ["Inspection and oil change", "2 hours", "£64.00", "£128.00"],
    ["Engine oil, 5 litres", "1", "£38.50", "£38.50"],
    ["Front tyre", "2", "£71.25", "£142.50"],
  ],
  totals: [
    ["Subtotal", "£309.00"],
    ["VAT at 20 %", "£61.80"],
    ["Total including VAT", "£370.80"],
  ],
  closing: ["Please pay within two weeks. Drive safely!"],
};

export const tenancyAgreement: Letter = {
  language: "en-GB",
  sender: ["Hollowbrook Ltd", "9 Doorstep Mews", "EX4 3ZZ Exampleton"],
  recipient: jane,
  heading: "Tenancy agreement",
  facts: [
    ["Contract number:", "HL-0092"],
    ["Date:", "12 February 2026"],
  ],
  text: [
    "between Hollowbrook Ltd (the landlord) and Jane Doe (the tenant)",
    "1. The landlord lets the flat at 12 Orchard Lane to the tenant from 1 March 2026 to 28 February 2027.",
    "2. The rent is £840.00 a month, payable on the first day of each month.",
    "3. The tenant keeps the flat clean, and the landlord keeps the roof tight.",
  ],
  closing: ["Signed: B. Hollowbrook, Jane Doe"],
};

export const insuranceCertificate: Letter = {
  language: "en-GB",
  sender: ["Harebell Cover", "77 Umbrella Walk", "EX2 8ZZ Exampleton"],
  recipient: jane,
  heading: "Insurance certificate",
  facts: [
    ["Policy number:", "HC-55917"],
    ["Date of issue:", "18 February 2026"],
  ],
  text: ["Period of insurance: 1 March 2026 to 28 February 2027"],
  table: [
    ["What is insured", "Up to", "", "Premium"],
    ["Contents of the home", "£40,000", "", "£148.00"],
    ["Water, fire and theft", "£25,000", "", "£42.00"],
  ],
  totals: [
    ["Insurance premium tax", "£22.80"],
    ["Total including tax", "£212.80"],
  ],
  closing: ["Keep this certificate with your papers."],
};

export const laboratoryReport: Letter = {
  language: "en-GB",
  sender: ["Foxglove Clinic", "21 Foxglove Street", "EX1 7ZZ Exampleton"],
  recipient: jane,
  heading: "Laboratory report",
  facts: [
    ["Our reference:", "FC-4410"],
    ["Date:", "24 February 2026"],
  ],
  text: ["The results of your blood test are as your doctor hoped:"],
  table: [
    ["Test", "Result", "Unit", "Usual range"],
    ["Haemoglobin", "141", "g/l", "120 to 155"],
    ["Glucose", "4.9", "mmol/l", "3.9 to 5.5"],
    ["Iron", "17", "umol/l", "10 to 30"],
  ],
  closing: ["The patient needs no further appointment.", "Dr. M. Thistlewood"],
};

export const payslip: Letter = {
  language: "en-GB",
  sender: ["Widget & Daughters Ltd", "100 Conveyor Street", "EX5 4ZZ Exampleton"],
  recipient: jane,
  heading: "Payslip",
  facts: [
    ["Employee number:", "0417"],
    ["Date:", "30 January 2026"],
  ],
  text: ["Salary for January 2026"],
  totals: [
    ["Gross pay", "£3,100.00"],
    ["Tax and insurance", "£620.00"],
    ["Total paid", "£2,480.00"],
  ],
  closing: ["Paid into your account on 23 January 2026."],
};
