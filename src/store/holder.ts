import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const holder = z.object({ pid: z.int(), host: z.string(), since: z.iso.datetime() });

/**
 * Leaves word of which process holds the store, for whoever is refused. It says nothing about whether one does:
 * only the lock knows that, and lets go when the process dies.
 */
export function leaveWord(folder: string): void {
  const word = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    writeFileSync(wordIn(folder), `${JSON.stringify(word)}\n`, { mode: 0o600 });
  } catch {
    // A full disk is no reason not to work: where it is read, that is told.
  }
}

/** Who holds the store, in brackets and behind a space; nothing where no word was left. */
export function holderOf(folder: string): string {
  try {
    const { pid, host, since } = holder.parse(JSON.parse(readFileSync(wordIn(folder), "utf8")));
    const where = host === hostname() ? "" : ` on ${host}`;
    // As people write it there: "2026-01-15 17:30".
    const time = new Date(since).toLocaleString("sv").slice(0, 16);
    return ` (process ${pid}${where}, since ${time})`;
  } catch {
    return "";
  }
}

const wordIn = (folder: string): string => join(folder, "holder.json");
