import OpenAI, { toFile } from "openai";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";

/** A sandbox, and the official client connected to it. */
export interface Opened extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly client: OpenAI;
}

/** Stands in for a PDF: the header, then its text, pages divided by form feeds. */
export const paper = (text: string) => Buffer.from(`%PDF-1.7\n${text}`);

/** Reads what `paper` makes; "damaged" can't be read. */
export async function readPaper(pdf: Uint8Array): Promise<readonly string[]> {
  const text = Buffer.from(pdf).toString().replace(/^.*\n/, "");
  if (text === "damaged") throw new Error("this PDF is damaged");
  return text.split("\f");
}

export async function open(options: Partial<SandboxOptions> = {}): Promise<Opened> {
  const sandbox = await startSandbox({ readText: readPaper, ...options });
  const client = new OpenAI({ baseURL: sandbox.url, apiKey: sandbox.key, maxRetries: 0 });
  return { sandbox, client, [Symbol.asyncDispose]: sandbox.close };
}

export const bill = `Larkmoor Electric Ltd\r\nElectricity bill\r\nBill number: LE-417\r\nBill date: 15 January 2026\r\nTotal due £86.19`;

/** Uploads a paper as the daemon does. */
export async function upload(client: OpenAI, text = bill, name = "scan.pdf"): Promise<string> {
  const file = await toFile(paper(text), name, { type: "application/pdf" });
  const { id } = await client.files.create({ file, purpose: "user_data" });
  return id;
}

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;

/** A request for a title and a total of an upload. */
export function ask(fileId: string, more: Partial<Body> = {}): Body {
  return {
    model: "gpt-5.6-luna",
    input: [{ role: "user", content: [{ type: "input_file", file_id: fileId, detail: "low" }] }],
    text: { format: { type: "json_schema", name: "document", schema, strict: true } },
    ...more,
  };
}

export const schema = {
  type: "object",
  properties: {
    title: { type: "string" },
    issuer: { type: ["string", "null"] },
    totalAmount: { type: ["string", "null"] },
  },
  required: ["title", "issuer", "totalAmount"],
  additionalProperties: false,
};
