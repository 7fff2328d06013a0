import { deflateSync } from "node:zlib";

/** An object of a PDF: its dictionary, and its stream if it has one. */
export interface PdfObject {
  readonly dictionary: string;
  readonly stream?: Uint8Array;
}

/** A PDF of these objects, numbered from 1; the first is the catalog. Any trailer is taken as it is. */
export function handmade(objects: readonly PdfObject[], trailer = ""): Buffer {
  const parts = [Buffer.from("%PDF-1.7\n")];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  const add = (part: Uint8Array | string) => {
    const bytes = Buffer.from(part as string);
    parts.push(bytes);
    length += bytes.length;
  };
  for (const [index, { dictionary, stream }] of objects.entries()) {
    offsets.push(length);
    add(`${index + 1} 0 obj\n<<${dictionary}${stream ? ` /Length ${stream.length}` : ""}>>\n`);
    if (stream) {
      add("stream\n");
      add(stream);
      add("\nendstream\n");
    }
    add("endobj\n");
  }
  const start = length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  add(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join("")}`);
  add(
    `trailer\n<</Size ${objects.length + 1} /Root 1 0 R${trailer}>>\nstartxref\n${start}\n%%EOF\n`,
  );
  return Buffer.concat(parts);
}

/** A PDF with one page of this content, compressed. */
export const withContent = (content: Uint8Array): Buffer =>
  handmade([
    { dictionary: "/Type /Catalog /Pages 2 0 R" },
    { dictionary: "/Type /Pages /Kids [3 0 R] /Count 1" },
    {
      dictionary:
        "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>",
    },
    { dictionary: "/Filter /FlateDecode", stream: deflateSync(content) },
    { dictionary: "/Type /Font /Subtype /Type1 /BaseFont /Helvetica" },
  ]);

/** A small PDF with one page that takes hours: a form of ten forms of ten forms … */
export const withoutEnd = (): Buffer => {
  const levels = 10;
  const form = "/Type /XObject /Subtype /Form /BBox [0 0 1 1]";
  return handmade([
    { dictionary: "/Type /Catalog /Pages 2 0 R" },
    { dictionary: "/Type /Pages /Kids [3 0 R] /Count 1" },
    {
      dictionary:
        "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</XObject <</X 5 0 R>>>>",
    },
    { dictionary: "", stream: Buffer.from("/X Do") },
    ...Array.from({ length: levels }, (_, level) => ({
      dictionary: `${form} /Resources <</XObject <</X ${level + 6} 0 R>>>>`,
      stream: Buffer.from("/X Do ".repeat(10)),
    })),
    { dictionary: form, stream: Buffer.from("n") },
  ]);
};

/** A PDF of many pages that each take a while, and little memory. */
export const withoutHaste = (): Buffer => {
  const count = 1_500;
  const kids = Array.from({ length: count }, (_, index) => `${index + 4} 0 R`);
  const page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R";
  return handmade([
    { dictionary: "/Type /Catalog /Pages 2 0 R" },
    { dictionary: `/Type /Pages /Kids [${kids.join(" ")}] /Count ${count}` },
    {
      dictionary: "/Filter /FlateDecode",
      stream: deflateSync(Buffer.alloc(8_000_000, "0 0 m 1 1 l n\n")),
    },
    ...kids.map(() => ({ dictionary: page })),
  ]);
};
