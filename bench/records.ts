import { mkdir } from "node:fs/promises";
import type { DocumentRecord } from "../src/store/record.ts";
import { openStore } from "../src/store/store.ts";
import { seededRecord } from "../test/helpers/seeded-store.ts";

/** Records of documents that were filed, as different from each other as letters are; the same each time. */
export function records(count: number): DocumentRecord[] {
  const words = wordsByChance();
  return Array.from({ length: count }, (_, number) => {
    const record = seededRecord(number);
    const [title, summary, tags] = [words(4), words(35), [words(1)]];
    const read = { title, summary, issuer: `${words(2)} Ltd`, tags };
    return { ...record, extraction: record.extraction && { ...record.extraction, ...read } };
  });
}

/** Makes a store of them, as autod leaves one when it ends. */
export async function storeOf(dataDir: string, all: readonly DocumentRecord[]): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await using store = await openStore(dataDir);
  await Promise.all(all.map(store.commit));
}

/** One of 4,913 words, of which the first are the most frequent. */
export const word = (rank: number): string =>
  [rank, rank / 17, rank / 289].map((part) => syllables[Math.floor(part) % 17]).join("");

const syllables = "ba ce di fo gu ha ke li mo nu pa re si to vu wa ze".split(" ");

/** As in any language, a few words are most of a text. */
function wordsByChance(): (count: number) => string {
  let chance = 7;
  const one = () => {
    // In whole numbers: rounded ones would soon come round again.
    chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
    return word(4_913 ** (chance / 2 ** 32));
  };
  return (count) => Array.from({ length: count }, one).join(" ");
}
