import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { explain } from "../../src/intake/explain.ts";
import { allowanceBy } from "../../src/money/allowance.ts";
import { prepareProfiles } from "../../src/openai/profile.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { readInstance } from "../../src/store/data-dir.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { readBooks } from "../../src/store/store.ts";
import { unbooked } from "../../test/faults/sound.ts";
import { sha256 } from "../../test/helpers/expect-filed.ts";
import { filesBelow, type Home } from "../../test/helpers/home.ts";
import { rootsOf } from "../../test/helpers/roots.ts";
import type { Book } from "./book.ts";

/** A file that lies in one of the folders. */
interface Found {
  readonly path: string;
  readonly hash: string;
}

/** Says what isn't as it must be once autod has ended, in words. */
export async function broken(home: Home, sandbox: Sandbox, book: Book): Promise<readonly string[]> {
  const records = await home.records();
  const places = ["Inbox", "Second", "Archive", "Quarantine"];
  const paths = (await Promise.all(places.map((top) => filesBelow(home.folder, top)))).flat();
  const own = paths.filter((path) => path.includes("/.autod/"));
  const files = await Promise.all(
    paths
      .filter((path) => !own.includes(path) && !path.endsWith(".reason.json"))
      .map(async (path) => ({ path, hash: sha256(await readFile(join(home.folder, path))) })),
  );
  return [
    ...own.filter((path) => path.includes("/staging/")).map((path) => `left in staging: ${path}`),
    ...miscounted(files, book),
    ...misplaced(home, files, records),
    ...(await unexplained(home, files, records, book)),
    ...(await unbooked(home, sandbox)),
    ...(await overpaid(home, records, book)),
  ];
}

/** Each copy of what was saved is there, whole, and nothing besides. */
function miscounted(files: readonly Found[], { copies }: Book): string[] {
  const found = Map.groupBy(files, ({ hash }) => hash);
  const hashes = new Set([...copies.keys(), ...found.keys()]);
  return [...hashes].flatMap((hash) => {
    const [is, should] = [found.get(hash) ?? [], copies.get(hash) ?? 0];
    const where = is.map(({ path }) => path).join(", ");
    return is.length === should ? [] : [`${hash}: ${should} were saved, there is ${where}`];
  });
}

/** Each document that has a place stands there. */
function misplaced(
  { folder }: Home,
  files: readonly Found[],
  records: readonly DocumentRecord[],
): string[] {
  const hashes = new Map(files.map(({ path, hash }) => [join(folder, path), hash]));
  return records.flatMap(({ id, filedAs, sha256: hash }) =>
    filedAs === null || hashes.get(filedAs) === hash ? [] : [`${id} doesn't stand at ${filedAs}`],
  );
}

/** Of each file autod says what it is, but for one that it was told to forget. */
async function unexplained(
  home: Home,
  files: readonly Found[],
  records: readonly DocumentRecord[],
  { forgotten }: Book,
): Promise<string[]> {
  const { config } = home;
  const profiles = prepareProfiles(config.profiles);
  const situation = {
    dataDir: config.dataDir,
    roots: rootsOf(home),
    records,
    profiles,
    allowance: allowanceBy(config, profiles),
    running: false,
    instance: await readInstance(config.dataDir),
  };
  const said: string[] = [];
  for (const { path, hash } of files) {
    const { verdict } = await explain(join(home.folder, path), situation);
    const isKnown = ["document", "duplicate", "ignored"].includes(verdict);
    if (!isKnown && !forgotten.has(hash)) said.push(`${path} is ${verdict}`);
  }
  return said;
}

/** No answer was paid for that was there. */
async function overpaid(
  { config }: Home,
  records: readonly DocumentRecord[],
  { forgotten }: Book,
): Promise<string[]> {
  const twice = records.filter(
    ({ calls }) => calls.filter(({ outcome }) => outcome === "ok").length > 1,
  );
  const answers = [...(await readBooks(config.dataDir, records)).calls()];
  const paid = Map.groupBy(
    answers.filter(({ outcome }) => outcome === "ok"),
    ({ sha256: of }) => of,
  );
  const more = [...paid].filter(([hash, calls]) => calls.length > 1 + (forgotten.get(hash) ?? 0));
  return [
    ...twice.map(({ id }) => `${id} was paid for twice`),
    ...more.map(([hash, { length }]) => `${hash} was paid for ${length} times`),
  ];
}
