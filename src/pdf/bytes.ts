import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inspector } from "./inspector.ts";

/** Reads the text of a PDF that is in memory, by way of a file that only we can see. */
export const textOfBytes =
  (inspector: Pick<Inspector, "text">) =>
  async (pdf: Uint8Array): Promise<readonly string[]> => {
    const folder = await mkdtemp(join(tmpdir(), "autod-"));
    try {
      const path = join(folder, "document.pdf");
      await writeFile(path, pdf, { mode: 0o600 });
      return await inspector.text(path);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
