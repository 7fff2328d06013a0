import { readdir, stat } from "node:fs/promises";
import { isErrno, reasonIn } from "../errors.ts";
import { fault, type Finding, warning, well } from "../intake/finding.ts";
import type { Roots } from "../intake/roots.ts";
import { stands } from "../stands.ts";
import { listBackups } from "../store/backup.ts";
import { isHeld } from "../store/lock.ts";
import { storingTrouble } from "../store/spare.ts";
import { migrations } from "../store/migrate.ts";
import { placesIn } from "../store/places.ts";
import { readBooks } from "../store/store.ts";
import { readWhole } from "../store/whole.ts";
import { guarded } from "./guarded.ts";
import type { Records } from "./records.ts";

/** Looks at the store in a dataDir with all that it says of files; changes nothing, and costs nothing. */
export async function checkStore(
  folder: string,
  records: Records,
  roots: Pick<Roots, "above">,
): Promise<readonly Finding[]> {
  const room = await checkRoom(folder);
  if (room === null) return [well("store", `there is none in ${folder} yet`)];
  const look = (about: string, check: (folder: string) => Promise<Finding>) =>
    guarded(about, async () => [await check(folder)]);
  const store = await look("store", () => checkRecords(folder, records));
  const kept = [...(await look("damage", checkCorrupt)), ...(await look("backups", checkBackups))];
  // What can't be read says nothing of costs and files either.
  if (store.some(({ state }) => state === "fault")) return [room, ...store, ...kept];
  const costs = await look("costs", () => checkCalls(folder, records));
  const files = await look("files", () => checkFiles(records, roots));
  return [room, ...store, ...costs, ...files, ...kept];
}

async function checkRoom(folder: string): Promise<Finding | null> {
  const about = "data folder";
  try {
    const { mode, uid } = await stat(folder);
    if (uid !== process.getuid?.()) {
      const hint =
        "Run autod as the user whose it is, or give the folder and all in it to this one (chown -R).";
      return warning(about, `${folder} belongs to another user`, hint);
    }
    if ((mode & 0o077) !== 0) {
      const hint = `What was read stands in it: chmod 700 ${folder}`;
      return warning(about, `others than its owner may look into ${folder}`, hint);
    }
    const trouble = await storingTrouble(folder);
    return trouble ? fault(about, trouble.message, trouble.hint) : well(about, folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    const hint = "Nothing is taken as long as nothing can be stored there.";
    return fault(about, `${folder} can't be looked at: ${reasonIn(error)}`, hint);
  }
}

async function checkRecords(folder: string, records: Records): Promise<Finding> {
  // While autod works, the two files change under whoever compares them.
  if (isHeld(folder)) {
    const { length } = await records();
    return well("store", `${documentsOf(length)}; autod is at work with them`);
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
async function checkCalls(folder: string, records: Records): Promise<Finding> {
  const books = await readBooks(folder, await records());
  const calls = [...books.calls()];
  const last = calls.reduce((most, { seq }) => Math.max(most, seq), 0);
  const missing = last - calls.length;
  return missing <= 0
    ? well("costs", `${countOf(calls.length, "call")}, none missing`)
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
async function checkFiles(records: Records, roots: Pick<Roots, "above">): Promise<Finding> {
  const places = (await records()).flatMap(({ filedAs }) => filedAs ?? []);
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

const documentsOf = (count: number): string => countOf(count, "document");

const countOf = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
