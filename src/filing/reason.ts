import type { Stats } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "../errors.ts";
import type { DocumentRecord } from "../store/record.ts";
import { type Filing, markOf } from "./filing.ts";
import { syncFolder } from "../sync.ts";
import type { Companion } from "./land.ts";
import { place } from "./place.ts";
import { openRegular } from "./regular.ts";
import { shareRights } from "./rights.ts";

/** Why a document is in quarantine. The file beside it holds this with its `sha256` and `id`. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly stage: string | null;
  readonly attempts: number;
  /** US dollars, as a decimal string. */
  readonly costUsd: string;
  readonly possibleUsd: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The path the document came from. */
  readonly source: string;
  /** What speaks against what was read, where that is why. */
  readonly checks?: DocumentRecord["checks"];
}

export const reasonSuffix = ".reason.json";

/** The reason of a document as what stands beside it. */
export function reasonBeside(filing: Filing, reason: Reason): Companion {
  const { id, sha256 } = filing;
  const mark = markOf(filing);
  const isOurs = (path: string) => isOf(path, id, reason.source);
  const text = `${JSON.stringify({ ...reason, sha256: sha256 ?? null, id }, undefined, 2)}\n`;
  return {
    suffix: reasonSuffix,

    async put(target, rights) {
      const path = `${target}${reasonSuffix}`;
      const part = join(dirname(target), `.autod-${mark}.reason.part`);
      try {
        await write(part, text, rights);
        if (!(await stand(part, path, mark, isOurs))) return false;
        await syncFolder(dirname(path));
        return true;
      } finally {
        await rm(part, { force: true });
      }
    },

    async remove(target) {
      const path = `${target}${reasonSuffix}`;
      if (await isOurs(path)) await rm(path);
    },
  };
}

async function write(path: string, text: string, rights: Stats): Promise<void> {
  await rm(path, { force: true });
  await using handle = await open(path, "wx", 0o600);
  await handle.writeFile(text);
  await shareRights(handle, rights, 0o666, 0o600);
  await handle.sync();
}

/** Gives the written reason its name, in place of an older one of the same document only. */
async function stand(
  part: string,
  path: string,
  mark: string,
  isOurs: (path: string) => Promise<boolean>,
): Promise<boolean> {
  try {
    await place(part, path, mark);
    return true;
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    if (!(await isOurs(path))) return false;
    await rename(part, path);
    return true;
  }
}

async function isOf(path: string, id: string, source: string): Promise<boolean> {
  try {
    await using file = await openRegular(path);
    const found: Partial<Record<string, unknown>> = JSON.parse(await readFile(file.handle, "utf8"));
    return found["id"] === id && found["source"] === source;
  } catch {
    // Whatever can't be read as ours is somebody else's.
    return false;
  }
}
