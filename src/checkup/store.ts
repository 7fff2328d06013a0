import { constants } from "node:fs";
import { access, readdir, stat, statfs } from "node:fs/promises";
import { AutodError, isErrno, reasonIn } from "../errors.ts";
import { listBackups } from "../store/backup.ts";
import { isHeld } from "../store/lock.ts";
import { migrations } from "../store/migrate.ts";
import { placesIn } from "../store/places.ts";
import { readBooks, readRecords } from "../store/store.ts";
import { readWhole } from "../store/whole.ts";
import { fault, type Finding, warning, well } from "./finding.ts";
import type { Roots } from "./roots.ts";
import { stands } from "../stands.ts";

/** Looks at the store in a dataDir with all that it says of files; changes nothing, and costs nothing. */
export async function checkStore(folder: string, roots: Pick<Roots, "above">): Promise<Finding[]> {
  const room = await checkRoom(folder);
  if (room === null) return [well("store", `there is none in ${folder} yet`)];
  const records = await guarded("store", () => checkRecords(folder));
  const kept = [await checkCorrupt(folder), await guarded("backups", () => checkBackups(folder))];
  // What can't be read says nothing of costs and files either.
  if (records.state === "fault") return [room, records, ...kept];
  return [
    room,
    records,
    await guarded("costs", () => checkCalls(folder)),
    await guarded("files", () => checkFiles(folder, roots)),
    ...kept,
  ];
}

/** What can't be read is a fault that names itself. */
async function guarded(about: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AutodError) return fault(about, error.message, error.hint);
    return fault(about, reasonIn(error), "See to it that autod may read what lies in dataDir.");
  }
}

async function checkRoom(folder: string): Promise<Finding | null> {
  try {
    const { mode } = await stat(folder);
    if ((mode & 0o077) !== 0) {
      const hint = `What was read stands in it: chmod 700 ${folder}`;
      return warning("data folder", `others than its owner may look into ${folder}`, hint);
    }
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free < LITTLE) {
      return warning(
        "data folder",
        `its disk has only ${inMegabytes(free)} left`,
        "Make room on the disk.",
      );
    }
    return well("data folder", `${folder}, with ${inMegabytes(free)} left on its disk`);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    const hint = "Nothing is taken as long as nothing can be stored there.";
    return fault("data folder", `${folder} can't be written to: ${reasonIn(error)}`, hint);
  }
}

/** Bytes. */
const LITTLE = 50_000_000;
const inMegabytes = (bytes: number): string => `${Math.floor(bytes / 1e6).toLocaleString("en")} MB`;

async function checkRecords(folder: string): Promise<Finding> {
  // While autod works, the two files change under whoever compares them.
  if (isHeld(folder)) {
    const records = await readRecords(folder);
    return well("store", `${documentsOf(records.length)}; autod is at work with them`);
  }
  const whole = await readWhole(folder, migrations);
  if (whole === null) return well("store", "nothing is recorded yet");
  const { data, journal, changes } = whole;
  if (journal.fault !== null) {
    const hint = "The next autod run sets a copy aside, and uses all that can be read.";
    return fault("store", `the journal is damaged: ${journal.fault}`, hint);
  }
  const waiting = changes === 0 ? "" : `, ${changes} changes of them in the journal`;
  return well("store", `${documentsOf(Object.keys(data.documents).length)}${waiting}`);
}

/** The running numbers of bills leave no gap: what is missing was paid, and is counted nowhere. */
async function checkCalls(folder: string): Promise<Finding> {
  const books = await readBooks(folder, await readRecords(folder));
  const calls = [...books.calls()];
  const last = calls.reduce((most, { seq }) => Math.max(most, seq), 0);
  const missing = last - calls.length;
  return missing <= 0
    ? well("costs", `${calls.length.toLocaleString("en")} calls, none missing`)
    : warning(
        "costs",
        `${missing} of ${last} calls aren't in the store`,
        "They were lost with a damaged store or a backup that was older. The next autod run takes them from the log files; what these don't tell of it books as possibly billed.",
      );
}

async function checkCorrupt(folder: string): Promise<Finding> {
  const { corrupt } = placesIn(folder);
  const names = await readdir(corrupt).catch(() => []);
  return names.length === 0
    ? well("damage", "none was ever found")
    : warning(
        "damage",
        `what was found damaged lies in ${corrupt}: ${names.join(", ")}`,
        "All that could be read was used. Check the disk, and remove the copies when you have seen them.",
      );
}

async function checkBackups(folder: string): Promise<Finding> {
  const [newest, ...others] = await listBackups(folder);
  const hint = "autod store backup makes one now; autod run makes one a day (schedule.backup).";
  if (newest === undefined) return warning("backups", "there is none", hint);
  const days = Math.floor((Date.now() - (await stat(newest)).mtimeMs) / 86_400_000);
  const count = `${others.length + 1} in ${placesIn(folder).backups}`;
  return days > OLD
    ? warning("backups", `${count}, the newest ${days} days old`, hint)
    : well("backups", `${count}, the newest of ${days === 0 ? "today" : `${days} days ago`}`);
}

/** Days. */
const OLD = 7;

/** A file may have been moved or deleted by whoever it belongs to: that is worth knowing, and no fault. */
async function checkFiles(folder: string, roots: Pick<Roots, "above">): Promise<Finding> {
  const places = (await readRecords(folder)).flatMap(({ filedAs }) => filedAs ?? []);
  const missing: string[] = [];
  let away = 0;
  for (const path of places) {
    if (await stands(path)) continue;
    // On a disk that is away nothing is gone.
    if (await roots.above(path)) away += 1;
    else missing.push(path);
  }
  const [first, ...more] = missing;
  if (first === undefined) {
    const count = documentsOf(places.length - away);
    const unseen = away === 0 ? "" : `, and ${away} can't be looked at: their disk is away`;
    return well("files", `${count} where the store says${unseen}`);
  }
  return warning(
    "files",
    `${first} is gone${more.length === 0 ? "" : ` (and ${more.length} more)`}`,
    "Where one is saved into an inbox again, it is filed anew without being paid for; autod forget ID forgets it.",
  );
}

const documentsOf = (count: number): string =>
  `${count.toLocaleString("en")} ${count === 1 ? "document" : "documents"}`;
