import { buffer } from "node:stream/consumers";
import Pdf from "pdfkit";
import type { Letter } from "./letters.ts";

type Sheet = InstanceType<typeof Pdf>;

const MARGIN = 60;
const WIDTH = 475;
const SMALL = 9;
const NORMAL = 10;

/** Lays a letter out on one A4 page; equal letters of an equal date give equal bytes. */
export async function drawSheet(
  letter: Letter,
  created: Date,
  { password }: { readonly password?: string } = {},
): Promise<Buffer> {
  const sheet = new Pdf({
    size: "A4",
    // The old cipher, for the new one takes random numbers: the bytes would be others each time.
    ...(password === undefined ? {} : { userPassword: password, pdfVersion: "1.4" as const }),
    margin: MARGIN,
    lang: letter.language,
    info: { Title: letter.heading, Author: letter.sender[0] ?? "", CreationDate: created },
  });
  const bytes = buffer(sheet);
  drawHead(sheet, letter);
  drawText(sheet, letter.text);
  if (letter.table) drawTable(sheet, letter.table);
  for (const total of letter.totals ?? []) drawTotal(sheet, total);
  sheet.moveDown(2);
  drawText(sheet, letter.closing);
  sheet.end();
  return bytes;
}

function drawHead(sheet: Sheet, { sender, recipient, heading, facts }: Letter): void {
  const [name = "", ...address] = sender;
  sheet.font("Helvetica-Bold").fontSize(16).text(name, MARGIN, MARGIN);
  sheet.font("Helvetica").fontSize(SMALL);
  for (const line of address) sheet.text(line);
  sheet.fontSize(NORMAL);
  for (const [row, line] of recipient.entries()) sheet.text(line, MARGIN, 160 + row * 14);
  for (const [row, [label, value]] of facts.entries()) {
    const y = 240 + row * 15;
    sheet.text(label, MARGIN, y).text(value, MARGIN + 120, y);
  }
  sheet.font("Helvetica-Bold").fontSize(14).text(heading, MARGIN, 325);
  sheet.font("Helvetica").fontSize(NORMAL).moveDown();
}

function drawText(sheet: Sheet, paragraphs: readonly string[]): void {
  for (const paragraph of paragraphs) {
    sheet.text(paragraph, MARGIN, sheet.y, { width: WIDTH }).moveDown(0.5);
  }
}

function drawTable(sheet: Sheet, rows: readonly (readonly string[])[]): void {
  const columns = [0, 230, 310, 395];
  sheet.moveDown();
  for (const [index, row] of rows.entries()) {
    const y = sheet.y;
    sheet.font(index === 0 ? "Helvetica-Bold" : "Helvetica");
    for (const [column, cell] of row.entries()) {
      if (cell !== "") sheet.text(cell, MARGIN + (columns[column] ?? 0), y, { lineBreak: false });
    }
    sheet.y = y + 18;
    if (index === 0) drawRule(sheet);
  }
  drawRule(sheet);
}

function drawTotal(sheet: Sheet, [label, value]: readonly [string, string]): void {
  const y = sheet.y + 4;
  sheet.font(/^total|gesamt|closing/i.test(label) ? "Helvetica-Bold" : "Helvetica");
  sheet.text(label, MARGIN + 230, y).text(value, MARGIN + 395, y);
  sheet.font("Helvetica");
}

function drawRule(sheet: Sheet): void {
  const y = sheet.y - 4;
  sheet
    .moveTo(MARGIN, y)
    .lineTo(MARGIN + WIDTH, y)
    .lineWidth(0.5)
    .stroke();
}
