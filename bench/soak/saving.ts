import {
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isErrno } from "../../src/errors.ts";
import { type Home, filesBelow } from "../../test/helpers/home.ts";
import { invoice } from "../../test/helpers/pdf.ts";
import type { Book } from "./book.ts";
import type { Dice } from "./dice.ts";

/** What people and scanners do in the inboxes. */
export interface Saving {
  /** New PDFs, one after the other. */
  readonly save: (dice: Dice) => Promise<void>;
  /** Bytes that were saved before. */
  readonly saveAgain: (dice: Dice) => Promise<void>;
  /** A new PDF in pieces, beside what is done else. */
  readonly saveSlowly: (dice: Dice) => Promise<void>;
  /** What is no PDF that can be read, or no PDF. */
  readonly saveJunk: (dice: Dice) => Promise<void>;
  /** Gives one of the files there another name. */
  readonly rename: (dice: Dice) => Promise<void>;
  readonly delete: (dice: Dice) => Promise<void>;
  /** Removes a folder in an inbox, if it is empty. */
  readonly tidy: (dice: Dice) => Promise<void>;
  /** Resolves when all is written. */
  readonly written: () => Promise<void>;
}

const inboxes = ["Inbox", "Second"];
const subfolders = ["", "", "", "", "scanner", "Müller & Co", "scanner/2026"];

export function openSaving(home: Pick<Home, "folder">, book: Book): Saving {
  /** The last that were saved, to be saved again. */
  const last: Uint8Array[] = [];
  const underWay = new Map<string, Promise<void>>();
  let names = 0;

  const newName = async (dice: Dice, name = "scan", extension = "pdf") => {
    names += 1;
    const folder = join(dice.oneOf(inboxes) ?? "", dice.oneOf(subfolders) ?? "");
    await mkdir(join(home.folder, folder), { recursive: true });
    return join(home.folder, folder, `${name}${names}.${extension}`);
  };
  const newInvoice = async () => {
    names += 1;
    const bytes = await invoice(`RE-${names}`, { date: `2026-0${1 + (names % 9)}-15` });
    last.push(bytes);
    if (last.length > 50) last.shift();
    return bytes;
  };
  const put = async (path: string, bytes: Uint8Array) => {
    await writeFile(path, bytes);
    book.saved(bytes);
  };
  /** A file that lies in an inbox and isn't being written. */
  const chosen = async (dice: Dice) => {
    const lists = await Promise.all(inboxes.map((inbox) => filesBelow(home.folder, inbox)));
    const all = lists.flat().filter((path) => !path.includes("/.autod/"));
    return dice.oneOf(
      all.map((path) => join(home.folder, path)).filter((path) => !underWay.has(path)),
    );
  };

  const write = async (file: FileHandle, bytes: Uint8Array, pauses: readonly number[]) => {
    await using _ = file;
    for (const [at, pause] of pauses.entries()) {
      const [from, to] = [at, at + 1].map((part) =>
        Math.floor((part * bytes.length) / pauses.length),
      );
      await file.write(bytes.subarray(from, to));
      await setTimeout(pause);
    }
  };

  return {
    async save(dice) {
      for (let left = 1 + dice.below(6); left > 0; left -= 1) {
        await put(await newName(dice), await newInvoice());
      }
    },

    async saveAgain(dice) {
      const bytes = dice.oneOf(last);
      if (bytes) await put(await newName(dice), bytes);
    },

    async saveSlowly(dice) {
      const [path, bytes] = [await newName(dice, "slow"), await newInvoice()];
      const pauses = Array.from({ length: 2 + dice.below(6) }, () => 20 + dice.below(300));
      const file = await open(path, "w");
      const writing = write(file, bytes, pauses).finally(() => underWay.delete(path));
      underWay.set(path, writing);
      book.saved(bytes);
    },

    async saveJunk(dice) {
      const [bytes, number] = [await newInvoice(), names];
      const text = Buffer.from(`no PDF, but a text ${number}`);
      last.pop();
      const junk: readonly (readonly [extension: string, content: Uint8Array])[] = [
        ["pdf", text],
        ["pdf", bytes.subarray(0, 300 + number)],
        ["pdf", Buffer.alloc(0)],
        ["pdf", await invoice(`RE-${number}`, { password: "secret" })],
        ["txt", text],
        ["pdf.part", bytes],
      ];
      const [extension, content] = dice.oneOf(junk) ?? ["txt", text];
      await put(await newName(dice, "junk", extension), content);
    },

    async rename(dice) {
      const path = await chosen(dice);
      const to = await newName(dice, "renamed", path?.split(".").pop());
      if (path) await unlessGone(rename(path, to));
    },

    async delete(dice) {
      const path = await chosen(dice);
      const aside = join(home.folder, "aside");
      if (!path || !(await unlessGone(rename(path, aside)))) return;
      book.deleted(await readFile(aside));
      await rm(aside);
    },

    async tidy(dice) {
      const folder = join(dice.oneOf(inboxes) ?? "", dice.oneOf(subfolders) ?? "");
      // One that isn't empty stays, and so does an inbox, for autod's own folder is in it.
      await rmdir(join(home.folder, folder)).catch(() => undefined);
    },

    async written() {
      await Promise.all(underWay.values());
    },
  };
}

/** Whether it was still there: it may have been claimed the moment before. */
async function unlessGone(act: Promise<void>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
