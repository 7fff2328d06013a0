import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { assert, property, sample } from "fast-check";
import { type Readable, targetFor } from "../../src/filing/archive.ts";
import { ownName } from "../../src/filing/name.ts";
import { safeSegment } from "../../src/filing/segment.ts";
import { hostileName } from "../helpers/hostile.ts";
import { hostileDocuments } from "./hostile-documents.ts";
import { room } from "./rooms.ts";

/** As many as that are wanted: `AUTOD_STRINGS=100000 npx ava test/filing/hostile.test.ts`. */
const STRINGS = Number(process.env["AUTOD_STRINGS"] ?? 3000);

const archive = "/home/jane/Archive";

/** What some file system, shell or eye would take for something else. */
const unsafe = /[/\\:*?"<>|\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|^[. ~-]|[. ]$/u;
const device =
  /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[\d\u00b9\u00b2\u00b3]|lpt[\d\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

/** Says what is wrong with one name. */
function wrongWith(name: string): string | null {
  if (name === "") return "it is empty";
  if (unsafe.test(name)) return "it has signs that aren't safe";
  if (device.test(name)) return "it is a device to Windows";
  if (Buffer.byteLength(name) > 255) return "it is too long";
  return name === name.normalize("NFC") ? null : "it is not NFC";
}

/** Says what is wrong with the place of a document. */
function wrongPlace(document: Readable): string | null {
  const { folders, name } = targetFor(document);
  const levels = document.templates.folder.split(/\/(?![^{}]*\})/).length;
  const path = relative(archive, resolve(archive, ...folders, name));
  if (path !== [...folders, name].join(sep)) return "it leads elsewhere";
  if (folders.length > levels) return "a value adds a folder";
  if (!/\.pdf$/i.test(name)) return "it is no PDF by name";
  if (ownName(name) !== name) return "its name is another when made again";
  if (folders.some((folder) => safeSegment(folder) !== folder))
    return "a folder's is another when made again";
  const again = targetFor(structuredClone(document));
  if (again.name !== name || again.folders.join("/") !== folders.join("/"))
    return "it is another the next time";
  return [...folders, name].map(wrongWith).find((wrong) => wrong !== null) ?? null;
}

test("whatever is said in whatever field, a document stands safely, and in the archive", (t) => {
  t.timeout(600_000);
  const check = property(hostileDocuments, (document) => {
    t.is(wrongPlace(document), null);
  });
  t.notThrows(() => assert(check, { numRuns: STRINGS }));
  t.log(`${STRINGS.toLocaleString("en")} documents`);
});

test("whatever a file is called, its own name is safe", (t) => {
  t.timeout(600_000);
  const check = property(hostileName, (original) => {
    const name = ownName(original);
    return wrongWith(name) === null && /\.pdf$/i.test(name) && ownName(name) === name;
  });
  t.notThrows(() => assert(check, { numRuns: STRINGS }));
  t.log(`${STRINGS.toLocaleString("en")} names`);
});

test("names are the same in every country", async (t) => {
  const namer = new URL("fixtures/namer.ts", import.meta.url).pathname;
  const namesIn = async (locale: string) => {
    const env = { ...process.env, LC_ALL: locale, LANG: locale };
    const options = { env, maxBuffer: 100_000_000 };
    return (await promisify(execFile)(process.execPath, [namer], options)).stdout;
  };
  const names = await namesIn("C");
  t.is((JSON.parse(names) as unknown[]).length, 500);
  t.is(await namesIn("tr_TR.UTF-8"), names);
});

test("this machine's disk takes such names, and gives them back", async (t) => {
  const root = await room(t);
  const places = sample(hostileDocuments, 200).map(targetFor);
  for (const { folders, name } of places) {
    const folder = join(root, ...folders);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), "");
    t.true((await readdir(folder)).includes(name));
  }
});
