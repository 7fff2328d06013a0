import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { isErrno } from "../errors.ts";

/**
 * The log files in a folder, oldest first: "autod.2026-11-22.3.log", by date, then by number. Those that something
 * else has rotated ("….log.1", "….log-20261122.gz") come before them. No folder is no files.
 */
export async function logFiles(folder: string, name: string): Promise<string[]> {
  const ours = new RegExp(
    `^${name}\\.(\\d{4}-\\d{2}-\\d{2}(?:-\\d{2})?)\\.(\\d+)\\.log((?:\\.\\d+|-\\d+)?(?:\\.gz)?)$`,
  );
  const found = (await namesIn(folder)).flatMap((file) => {
    const [, date, number, rotated = ""] = ours.exec(file) ?? [];
    if (date === undefined) return [];
    return [{ path: join(folder, file), date: rotated ? "" : date, number: Number(number) }];
  });
  return found
    .toSorted((a, b) => a.date.localeCompare(b.date) || a.number - b.number)
    .map(({ path }) => path);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

/**
 * The lines of a file, many at a time; gzip is unpacked.
 *
 * They end at a line feed alone: the names in them may hold other characters that would end one elsewhere. What
 * has been removed meanwhile, is no file, or can't be unpacked, has none.
 */
export async function* linesIn(path: string): AsyncGenerator<readonly string[]> {
  let rest = "";
  try {
    for await (const chunk of textOf(path)) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield lines;
    }
  } catch (error) {
    if (!isErrno(error, "ENOENT", "EISDIR", "Z_BUF_ERROR", "Z_DATA_ERROR")) throw error;
  }
  yield [rest];
}

function textOf(path: string): Readable {
  const bytes = createReadStream(path);
  if (!path.endsWith(".gz")) return bytes.setEncoding("utf8");
  const unpacked = createGunzip();
  bytes.on("error", (error) => unpacked.destroy(error));
  return bytes.pipe(unpacked).setEncoding("utf8");
}
