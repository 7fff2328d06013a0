import { EventEmitter } from "node:events";
import { type FSWatcher, watch } from "node:fs";
import type { Folder } from "../../document.ts";
import { reasonIn } from "../../errors.ts";
import { exists } from "../../filing/trouble.ts";
import { fault, type Finding, warning, well } from "../finding.ts";
import { ownFolderOf } from "../own-folder.ts";
import { proves } from "./proof.ts";
import type { Roots } from "../roots.ts";
import { faultsIn } from "../survey.ts";
import { type Watching, type Way, wayFor, wayProved, ways, wayWithout } from "./watching.ts";

/** What doctor must know to look at a folder. */
export interface Surroundings {
  readonly roots: Pick<Roots, "at">;
  /** The id of the installation; undefined before its first use. */
  readonly instance: string | undefined;
  /** How a running autod watches it; null where none does, or none answers. */
  readonly watching: Watching | null;
}

/** Looks at a folder: whether it can be worked in, and whether it is noticed what comes into it. */
export async function checkFolder(folder: Folder, around: Surroundings): Promise<Finding[]> {
  const about = `folder ${folder.name}`;
  const faults = await faultsIn(folder, around.roots, around.instance);
  if (faults.length > 0) {
    const hint = "Nothing is taken from this folder meanwhile; it goes on by itself.";
    return faults.map((one) =>
      fault(about, `${one.root} ${one.path} ${one.message}`, one.hint ?? hint),
    );
  }
  const { how, why, hint } = around.watching ?? (await tryWay(folder));
  const said = `${how === "native" ? "watched" : "polled"}: ${why}`;
  return [hint === null ? well(about, said) : warning(about, said, hint)];
}

/** How it would be watched now; tried without making anything, on the inbox itself alone. */
async function tryWay(folder: Folder): Promise<Way> {
  const wanted = await wayFor(folder);
  if (wanted.how === "poll") return wanted;
  const touches = new EventEmitter();
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder.inbox, (_event, name) => {
      if (name !== null) touches.emit(name);
    });
    watcher.on("error", () => undefined);
    const own = ownFolderOf(folder.inbox);
    const proof = await proves(own, touches);
    if (proof === null && !(await exists(own))) return ways.unused;
    return wayProved(proof, ways.tells, folder);
  } catch (error) {
    return (await wayWithout(error)) ?? { ...ways.silent, why: reasonIn(error) };
  } finally {
    watcher?.close();
  }
}
