import { copyFile, mkdir, open } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { placesIn } from "./places.ts";

/** Keeps a copy of a damaged file of the store in a folder (dataDir), for whoever wants to look; gives its path. */
export async function setAside(folder: string, path: string): Promise<string> {
  const { corrupt } = placesIn(folder);
  await mkdir(corrupt, { recursive: true, mode: 0o700 });
  const extension = extname(path);
  const aside = join(corrupt, `${basename(path, extension)}-${stamp()}${extension}`);
  await copyFile(path, aside);
  await using file = await open(aside, "r");
  await file.sync();
  return aside;
}

/** This instant as it can stand in the name of a file, to the millisecond: "2026-01-15T03-00-00.000Z". */
export const stamp = (): string => new Date().toISOString().replaceAll(":", "-");
