import { readFile } from "node:fs/promises";

/** The text of a file that is handed out with autod, by its path in the package. */
export const templateAt = (path: string): Promise<string> =>
  readFile(new URL(`../../${path}`, import.meta.url), "utf8");
