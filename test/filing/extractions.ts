import type { Extraction } from "../../src/extraction.ts";

/** What a model reads in an electricity bill. */
export const bill: Extraction = {
  title: "Electricity bill",
  summary: "A bill.",
  category: "Utilities",
  kind: "invoice",
  issuer: "Stadtwerke",
  recipient: "Jane Doe",
  documentDate: "2026-01-15",
  dueDate: null,
  periodStart: null,
  periodEnd: null,
  currency: "EUR",
  totalAmount: "84.20",
  amountDue: null,
  references: [{ label: "Invoice", value: "4711" }],
  actionItems: [{ what: "Pay", due: null, priority: "normal" }],
  tags: ["power", "home"],
  language: "en",
  evidence: { issuer: null, documentDate: null, totalAmount: null },
  confidence: 0.9,
  fields: { contract: "C-9", paid: true, rooms: 3 },
};

/** What a model reads in an empty page. */
export const blank: Extraction = {
  ...bill,
  title: "",
  category: "",
  issuer: null,
  documentDate: null,
};
