import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inspector } from "./inspector.ts";

/** Reads the text of a PDF that is in memory, by way of a file that only we can see. */
export const textOfBytes =
  (inspector: Pick<Inspector, "text">) =>
  (pdf: Uint8Array): Promise<readonly string[]> =>
    withFile(pdf, inspector.text);

/** Reads what a PDF that is in memory says of itself under "Transcript", in the same way. */
export const transcriptOfBytes =
  (inspector: Pick<Inspector, "transcript">) =>
  (pdf: Uint8Array): Promise<string> =>
    withFile(pdf, inspector.transcript);

async function withFile<Result>(
  pdf: Uint8Array,
  read: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = join(tmpdir(), `autod-${randomUUID()}.pdf`);
  try {
    await writeFile(path, pdf, { flag: "wx", mode: 0o600 });
    return await read(path);
  } finally {
    await rm(path, { force: true });
  }
}
