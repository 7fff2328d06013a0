import type { Stats } from "node:fs";
import { z } from "zod";
import type { Folder } from "../document.ts";
import { AutodError, errorCodes } from "../errors.ts";
import { requireCapacity } from "../filing/capacity.ts";
import type { Allowance } from "../money/allowance.ts";
import type { Books } from "../store/forgotten.ts";
import type { DocumentRecord } from "../store/record.ts";
import { readBooks } from "../store/store.ts";
import { storingTrouble } from "../store/spare.ts";
import { blocksIn, type Reader } from "./blocked.ts";
import { overAt } from "./failure.ts";
import { looksComplete } from "./looks.ts";
import { otherIn } from "./occupy.ts";
import { readPause } from "./pause.ts";
import type { Resting } from "./resting.ts";
import type { Roots } from "./roots.ts";

/** Why a file that lies in an inbox isn't taken now. */
export const obstacle = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  /** When it is over by itself; null where no time ends it. */
  until: z.iso.datetime().nullable(),
});

export type Obstacle = z.infer<typeof obstacle>;

/** What keeps a file from being taken that no error is raised about. */
export const obstacles = {
  NOT_RUNNING: {
    message: "autod is not running",
    hint: "Start autod run, or let autod run --once take what lies there now.",
  },
  PAUSED: {
    message: "autod is paused, and takes nothing new",
    hint: "autod resume ends the pause.",
  },
  NOT_AT_REST: {
    message: "it changed just now, and is not at rest yet",
    hint: null,
  },
  LOOKS_INCOMPLETE: {
    message: "it looks incomplete: the beginning or the end of a PDF is missing",
    hint: "It is waited for as long as it may still be written; then it is taken as it is.",
  },
  UNDONE: {
    message: "it was undone, and is left alone until somebody asks for it",
    hint: "autod retry ID files it again, without a call.",
  },
  NAME_NO_UTF8: {
    message: "its name is no UTF-8, so nobody looks into it beforehand",
    hint: null,
  },
  WATCHED: {
    message: "it lies in a watched folder already",
    hint: null,
  },
} as const satisfies Readonly<Record<string, Pick<Obstacle, "message" | "hint">>>;

/** What tells from outside why a file isn't taken. */
export interface Situation {
  readonly dataDir: string;
  readonly roots: Pick<Roots, "folders" | "at" | "of" | "hiding">;
  readonly records: readonly DocumentRecord[];
  readonly profiles: ReadonlyMap<string, Reader>;
  /** Whether an autod works with this dataDir now. */
  readonly running: boolean;
  /** The id of the installation; undefined before its first use. */
  readonly instance: string | undefined;
  /** What the caps leave to each folder. */
  readonly allowance: (books: Books) => Allowance;
  /** What the running autod says of a file that has to come to rest; null where it says nothing. */
  readonly restOf?: (path: string) => Promise<Resting | null>;
}

/** A file in an inbox, and what it is like. */
export interface Lying {
  readonly path: string | Buffer;
  readonly stats: Pick<Stats, "ctimeMs" | "size">;
}

/** What keeps a file from being taken, as far as that is seen from outside; nothing where it is about to be. */
export async function obstaclesTo(
  file: Lying,
  folder: Folder,
  situation: Situation,
): Promise<Obstacle[]> {
  const { running, instance, roots, dataDir } = situation;
  const found = [
    running ? null : met("NOT_RUNNING", null),
    (await readPause(dataDir)) === null ? null : met("PAUSED", null),
    (await offline(folder, roots)) ?? (await held(folder, instance)),
    await noRoom(file, folder, situation),
    ...blocksOf(folder, situation),
    await noMoney(folder, situation),
    await unrest(file, folder, situation),
  ];
  return found.filter((one) => one !== null);
}

const met = (code: keyof typeof obstacles, until: string | null): Obstacle => ({
  code,
  ...obstacles[code],
  until,
});

async function offline(folder: Folder, roots: Pick<Roots, "of">): Promise<Obstacle | null> {
  const away = await roots.of(folder);
  if (!away) return null;
  const { code, message, hint } = away.error;
  return { code, message: `its folder ${folder.name} is offline: ${message}`, hint, until: null };
}

/** The disk that would refuse it in the end, so that it isn't taken. */
async function noRoom(
  { stats: { size } }: Lying,
  { inbox, archive, quarantine }: Folder,
  { dataDir }: Situation,
): Promise<Obstacle | null> {
  const trouble =
    (await storingTrouble(dataDir)) ??
    (await troubleIn(requireCapacity(inbox, archive, size))) ??
    (await troubleIn(requireCapacity(inbox, quarantine, size)));
  if (!trouble) return null;
  const { code, message, hint } = trouble;
  return { code, message, hint, until: null };
}

async function troubleIn(checked: Promise<unknown>): Promise<AutodError | null> {
  try {
    await checked;
    return null;
  } catch (error) {
    if (error instanceof AutodError) return error;
    throw error;
  }
}

async function held({ inbox, name }: Folder, instance: string | undefined) {
  const host = (await otherIn(inbox, instance))?.host ?? null;
  const { hint } = errorCodes.FOLDER_HELD;
  const message = `its folder ${name} is offline: another autod works in it, on ${host}`;
  return host === null ? null : { code: "FOLDER_HELD", message, hint, until: null };
}

/** The blocks that concern a folder's documents. */
function blocksOf({ profile: key }: Folder, { records, profiles }: Situation): Obstacle[] {
  const server = profiles.get(key)?.settings.server;
  return blocksIn(records, profiles)
    .filter(({ scope, name }) => name === (scope === "server" ? server : key))
    .map(({ scope, name, code, message, hint }) => ({
      code,
      message: `${scope} ${name} is blocked: ${message}`,
      hint,
      until: null,
    }));
}

async function noMoney(
  folder: Folder,
  { dataDir, records, allowance }: Situation,
): Promise<Obstacle | null> {
  const trouble = allowance(await readBooks(dataDir, records))(folder);
  if (!trouble) return null;
  const { code, message, hint } = trouble;
  return { code, message, hint, until: overAt(trouble) };
}

/** What a file's own times say counts for nothing, since copies keep them; this one they can't keep. */
async function unrest(
  { path, stats: { ctimeMs, size } }: Lying,
  { settle, patience }: Folder,
  { running, restOf }: Situation,
): Promise<Obstacle | null> {
  // How long files are waited for where this one lies, autod knows best.
  const rest = running && typeof path === "string" ? await restOf?.(path) : null;
  if (rest) {
    const until = new Date(rest.until).toISOString();
    return met(rest.isComplete ? "NOT_AT_REST" : "LOOKS_INCOMPLETE", until);
  }
  const waitedFor = (milliseconds: number) => new Date(ctimeMs + milliseconds).toISOString();
  const isWithin = (milliseconds: number) => Math.abs(Date.now() - ctimeMs) < milliseconds;
  if (running && isWithin(settle)) return met("NOT_AT_REST", waitedFor(settle));
  if ((running && !isWithin(patience)) || (await looksComplete(path, size))) return null;
  return met("LOOKS_INCOMPLETE", running ? waitedFor(patience) : null);
}
