import test from "ava";
import { assert, property, string } from "fast-check";
import type { Extraction } from "../../src/extraction.ts";
import { archiveFolder, archiveName, ownName } from "../../src/filing/name.ts";
import { blank, bill } from "./extractions.ts";

const usual = "{documentDate} {issuer} - {title}";

const names = test.macro({
  exec: (t, template: string, read: Partial<Extraction>, expected: string) =>
    t.is(archiveName(template, { ...bill, ...read }, "scan0001.pdf"), expected),
  title: (_, template, read, expected) =>
    `${template} of ${JSON.stringify(read)} is ${String(expected)}`,
});

for (const [template, read, expected] of [
  [usual, {}, "2026-01-15 Stadtwerke - Electricity bill.pdf"],
  [usual, { issuer: null }, "2026-01-15 Electricity bill.pdf"],
  [usual, { title: "" }, "2026-01-15 Stadtwerke.pdf"],
  [usual, { documentDate: null }, "Stadtwerke - Electricity bill.pdf"],
  [usual, { issuer: null, title: "" }, "2026-01-15.pdf"],
  [usual, { documentDate: null, title: "" }, "Stadtwerke.pdf"],
  [usual, { documentDate: null, issuer: null }, "Electricity bill.pdf"],
  [usual, { documentDate: null, issuer: null, title: "" }, "scan0001.pdf"],
  [usual, { issuer: "-", title: "..." }, "2026-01-15.pdf"],
  [usual, { issuer: "AC/DC" }, "2026-01-15 AC-DC - Electricity bill.pdf"],
  [usual, { title: "../../etc/passwd" }, "2026-01-15 Stadtwerke - ..-..-etc-passwd.pdf"],
  [usual, { title: "Bill.pdf" }, "2026-01-15 Stadtwerke - Bill.pdf"],
  [usual, { documentDate: null, issuer: "CON", title: "" }, "_CON.pdf"],
  [usual, { issuer: "Re\u202Ex\n" }, "2026-01-15 Rex - Electricity bill.pdf"],
  ["{title} ({issuer})", { issuer: null }, "Electricity bill.pdf"],
  ["{title} ({issuer})", {}, "Electricity bill (Stadtwerke).pdf"],
  ["{title} ({issuer}, {recipient})", { recipient: null }, "Electricity bill (Stadtwerke).pdf"],
  ["{title} ({issuer}, {recipient})", { issuer: null }, "Electricity bill (Jane Doe).pdf"],
  ["{title} ({issuer}, {recipient})", { issuer: null, recipient: null }, "Electricity bill.pdf"],
  ["{documentDate} [{kind}] {title}", { documentDate: null }, "[invoice] Electricity bill.pdf"],
  ["{issuer} {title}_scan", { title: "" }, "Stadtwerke scan.pdf"],
  ["Invoice {issuer}", { issuer: null }, "scan0001.pdf"],
  ["Invoice {issuer} {title}", { title: "" }, "Invoice Stadtwerke.pdf"],
  ["{documentDate} {issuer}{title}", { issuer: null }, "2026-01-15 Electricity bill.pdf"],
  ["{documentDate:yyyy-MM} {title}", {}, "2026-01 Electricity bill.pdf"],
  ["{documentDate:dd.MM.yy} {title}", {}, "15.01.26 Electricity bill.pdf"],
  ["{documentDate:yyyy-MM} {title}", { documentDate: null }, "Electricity bill.pdf"],
  ["{title:yyyy}", {}, "Electricity bill.pdf"],
  ["{issuer|Unknown} {title}", { issuer: null }, "Unknown Electricity bill.pdf"],
  ["{issuer|Unknown} {title}", { issuer: null, title: "" }, "scan0001.pdf"],
  ["{dueDate:yyyy|open} {title}", {}, "open Electricity bill.pdf"],
  ["{year}{month}{day} {title}", {}, "20260115 Electricity bill.pdf"],
  ["{year} {issuer}", { documentDate: null, issuer: null }, "scan0001.pdf"],
  ["{year} {issuer}", { documentDate: null }, "undated Stadtwerke.pdf"],
  ["{ year } {title}", { documentDate: null }, "undated Electricity bill.pdf"],
  ["{year|someday} {title}", { documentDate: null }, "someday Electricity bill.pdf"],
  ["{originalName} {title}", {}, "scan0001 Electricity bill.pdf"],
  ["{issuer}/{title}.pdf", {}, "Stadtwerke-Electricity bill.pdf"],
  ["{title} {totalAmount} {currency}", {}, "Electricity bill 84.20 EUR.pdf"],
  ["{title} {tags}", {}, "Electricity bill power, home.pdf"],
  ["{title} {references}", {}, "Electricity bill 4711.pdf"],
  ["{title} {actionItems}", {}, "Electricity bill Pay.pdf"],
  ["{title} {evidence} {nothing} {constructor}", {}, "Electricity bill.pdf"],
  ["{title} {contract} {paid} {rooms}", {}, "Electricity bill C-9 true 3.pdf"],
  ["fixed", {}, "fixed.pdf"],
] as const) {
  test(names, template, read, expected);
}

test("a document without any name has a name all the same", (t) => {
  t.is(archiveName(usual, blank, ".pdf"), "document.pdf");
  t.is(ownName("\u200B.PDF"), "document.PDF");
});

test("a long name keeps its extension, and room for a number", (t) => {
  const name = archiveName(usual, { ...bill, title: "ü".repeat(300) }, "scan.pdf");
  t.regex(name, /^2026-01-15 Stadtwerke - ü+\.pdf$/);
  t.true(Buffer.byteLength(name) <= 250);
  t.true(Buffer.byteLength(name) >= 248);
});

const folders = test.macro({
  exec: (t, template: string, read: Partial<Extraction>, expected: readonly string[]) =>
    t.deepEqual(archiveFolder(template, { ...bill, ...read }, "scan0001.pdf"), [...expected]),
  title: (_, template, read, expected) =>
    `${template} of ${JSON.stringify(read)} is in ${[expected].flat().join("/")}`,
});

for (const [template, read, expected] of [
  ["{year}/{category}", {}, ["2026", "Utilities"]],
  ["{year}/{category}", { documentDate: null }, ["undated", "Utilities"]],
  ["{year}/{category}", { category: "" }, ["2026"]],
  ["{year}/{category}", { category: ".." }, ["2026"]],
  ["{year}/{issuer}", { issuer: "AC/DC" }, ["2026", "AC-DC"]],
  ["{year}/{issuer}", { issuer: "/../../root" }, ["2026", "root"]],
  ["{issuer}", { issuer: null }, []],
  ["../{category}/./", {}, ["Utilities"]],
  ["{documentDate:yyyy/MM}/{category}", {}, ["2026-01", "Utilities"]],
  ["{issuer} {category}/Year {month}", { documentDate: null }, ["Stadtwerke Utilities", "Year"]],
] as const) {
  test(folders, template, read, expected);
}

test("a document's own name only changes where it must", (t) => {
  t.is(ownName("scan 0001.PDF"), "scan 0001.PDF");
  t.is(ownName("a:b\u202E?.pdf"), "a-b.pdf");
  t.is(ownName("Cafe\u0301.pdf"), "Café.pdf");
  t.is(ownName("letter"), "letter.pdf");
  t.is(ownName("letter.PDF../"), "letter.pdf");
  t.is(ownName(`${"x".repeat(242)}.pdf.txt`), `${"x".repeat(242)}.pdf`);
  t.true(Buffer.byteLength(ownName(`${"x".repeat(251)}.pdf`)) <= 255);
});

const words = string({ unit: "binary", maxLength: 80 });

test("whatever was read, name and folders are safe, and the same each time", (t) => {
  const check = property(words, words, words, words, (issuer, title, category, original) => {
    const read: Extraction = { ...bill, issuer, title, category };
    const name = archiveName(usual, read, original);
    t.notRegex(name, /[/\\:*?"<>|\p{Cc}]/u);
    t.regex(name, /^[^. ~-].*\.pdf$/u);
    t.true(Buffer.byteLength(name) <= 250);
    t.is(archiveName(usual, read, original), name);
    const inside = archiveFolder("{year}/{category}/{issuer}", read, original);
    t.true(inside.length <= 3);
    for (const segment of inside) t.notRegex(segment, /^\.{0,2}$|[/\\\0]/);
  });
  t.notThrows(() => assert(check, { numRuns: 1000 }));
});
