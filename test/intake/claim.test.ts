import { execFile } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  link,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { array, assert, asyncProperty, integer } from "fast-check";
import type { Folder } from "../../src/document.ts";
import { claim, claimedBefore, releaseClaim, stagingOf } from "../../src/intake/claim.ts";
import { listInbox, type Spot, spotAt } from "../../src/intake/list.ts";
import { leftInStaging } from "../../src/intake/recover.ts";
import { prepareProfile } from "../../src/openai/profile.ts";
import { filesBelow, type Home, makeHome } from "../helpers/home.ts";
import {
  arranged,
  bytesBelow,
  hiddenAndLinked,
  leaveOut,
  mounted,
  takesAnyBytes,
} from "../helpers/odd-files.ts";

const run = promisify(execFile);
const instance = "0123456789abcdef";

function folderOf({ config }: Home) {
  const [folder] = config.folders;
  const profile = prepareProfile("default", config.profiles.default);
  if (!folder) throw new Error("no folder");
  return { folder, profile };
}

function claimSpot(home: Home, spot: Spot, change: Partial<Folder> = {}) {
  const { folder, profile } = folderOf(home);
  return claim({ ...folder, ...change }, profile, spot, instance);
}

const claimAt = (home: Home, relative: string) => claimSpot(home, spotAt(home.inbox, relative));

async function claimed(t: ExecutionContext, home: Home, relative: string) {
  const arrival = await claimAt(home, relative);
  if (arrival === null || typeof arrival === "string") return t.fail(String(arrival));
  return arrival;
}

test("a claim renames the file into a folder of its own, under its path below the inbox", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("2026/scan.pdf", "bytes");
  const { ino } = await stat(path);

  const arrival = await claimed(t, home, "2026/scan.pdf");
  if (!arrival) return;

  t.is((await stat(arrival.staged)).ino, ino);
  t.is(arrival.staged, join(stagingOf(home.inbox, instance), arrival.claimId, "2026", "scan.pdf"));
  t.is(arrival.path, path);
  await t.throwsAsync(stat(path), { code: "ENOENT" });
});

test("no claim replaces another of the same name", async (t) => {
  await using home = await makeHome();
  await home.drop("scan.pdf", "first");
  const first = await claimed(t, home, "scan.pdf");
  await home.drop("scan.pdf", "second");
  const second = await claimed(t, home, "scan.pdf");
  t.is(await readFile(first?.staged ?? "", "utf8"), "first");
  t.is(await readFile(second?.staged ?? "", "utf8"), "second");
});

test("what is in staging tells by its path alone where it came from", async (t) => {
  await using home = await makeHome();
  await home.drop("a/b/scan.pdf", "bytes");
  const arrival = await claimed(t, home, "a/b/scan.pdf");
  if (!arrival) return;
  const { folder, profile } = folderOf(home);
  const { claimId, path, relative, staged } = arrival;
  t.like(claimedBefore(folder, profile, staged, instance), { claimId, path, relative, staged });

  const left = [];
  for await (const found of leftInStaging(folder, profile, instance)) left.push(found.staged);
  t.deepEqual(left, [arrival.staged]);
  for await (const other of leftInStaging(folder, profile, "another")) t.fail(other.staged);
});

test("releasing removes empty claim folders, and nothing that holds a file", async (t) => {
  await using home = await makeHome();
  await home.drop("a/b/scan.pdf", "bytes");
  const arrival = await claimed(t, home, "a/b/scan.pdf");
  if (!arrival) return;
  await releaseClaim(arrival, instance);
  t.is(await readFile(arrival.staged, "utf8"), "bytes");

  await rm(arrival.staged);
  await releaseClaim(arrival, instance);
  t.deepEqual(await filesBelow(home.inbox, ".autod"), []);
  await t.throwsAsync(stat(join(stagingOf(home.inbox, instance), arrival.claimId)), {
    code: "ENOENT",
  });
});

const refused = test.macro({
  exec: async (
    t,
    make: (home: Home, path: string, t: ExecutionContext) => Promise<unknown>,
    refusal: string | null,
  ) => {
    await using home = await makeHome();
    const path = join(home.inbox, "x.pdf");
    await make(home, path, t);
    const before = await filesBelow(home.folder, "Inbox");
    t.is(await claimAt(home, "x.pdf"), refusal as never);
    t.deepEqual(await filesBelow(home.folder, "Inbox"), before);
  },
  title: (title) => `${title} stays where it is`,
});

async function secret(home: Home): Promise<string> {
  const path = join(home.folder, "secret");
  await writeFile(path, "secret");
  return path;
}

test(
  "a symbolic link to a file",
  refused,
  async (home, path) => symlink(await secret(home), path),
  "SYMBOLIC_LINK",
);
test("a symbolic link to nothing", refused, (_, path) => symlink("nowhere", path), "SYMBOLIC_LINK");
test("a symbolic link to itself", refused, (_, path) => symlink("x.pdf", path), "SYMBOLIC_LINK");
test(
  "a symbolic link to a folder",
  refused,
  (home, path) => symlink(home.archive, path),
  "SYMBOLIC_LINK",
);
test("a pipe", refused, (_, path) => run("mkfifo", [path]), "NO_FILE");
test(
  "a socket",
  refused,
  async (_, path, t) => {
    const server = createServer().listen(path);
    t.teardown(() => server.close());
    await once(server, "listening");
  },
  "NO_FILE",
);
test("a folder", refused, (_, path) => mkdir(path), "NO_FILE");
test(
  "a file with a second name",
  refused,
  async (home, path) => link(await secret(home), path),
  "HARD_LINKED",
);
test(
  "a file of 20 GB with nothing in it",
  refused,
  async (home, path) => {
    await home.drop("x.pdf", "%PDF-");
    await truncate(path, 20_000_000_000);
  },
  "TOO_LARGE",
);
test("what is gone", refused, async () => undefined, null);
test("what lies below a file, now that one stands where its folder was, is gone", async (t) => {
  await using home = await makeHome();
  await home.drop("sub", "bytes");
  t.is(await claimAt(home, "sub/scan.pdf"), null);
});

test("a device stays where it is", async (t) => {
  await using home = await makeHome();
  const path = join(home.inbox, "x.pdf");
  // The same as /dev/null.
  await using device = await arranged(t, ["mknod", path, "c", "1", "3"], ["rm", path]);
  if (!device) return;
  const refusal = await claimAt(home, "x.pdf");
  // Where devices aren't allowed, they can't even be opened.
  t.true(refusal === "NO_FILE" || refusal === "NOT_PERMITTED");
  t.true((await lstat(path)).isCharacterDevice());
});

test("pipes that nobody writes to hold up nothing, however many they are", async (t) => {
  await using home = await makeHome();
  const pipes = Array.from({ length: 8 }, (_, number) => `pipe ${number}.pdf`);
  await run(
    "mkfifo",
    pipes.map((name) => join(home.inbox, name)),
  );
  await home.drop("scan.pdf", "bytes");
  const refusals = Promise.all(pipes.map((name) => claimAt(home, name)));
  const arrival = await claimed(t, home, "scan.pdf");
  t.is(await readFile(arrival?.staged ?? "", "utf8"), "bytes");
  t.deepEqual(
    await refusals,
    pipes.map(() => "NO_FILE" as const),
  );
});

test("a folder that leads out of the inbox is not followed", async (t) => {
  await using home = await makeHome();
  await mkdir(join(home.folder, "outside"));
  await writeFile(join(home.folder, "outside", "secret.pdf"), "secret");
  await symlink(join(home.folder, "outside"), join(home.inbox, "door"));
  t.is(await claimAt(home, "door/secret.pdf"), "OUTSIDE");
  t.is(await readFile(join(home.folder, "outside", "secret.pdf"), "utf8"), "secret");
});

test("a folder whose name begins with that of the inbox is outside", async (t) => {
  await using home = await makeHome();
  const beside = `${home.inbox} 2`;
  await mkdir(beside);
  await writeFile(join(beside, "scan.pdf"), "bytes");
  t.is(await claimAt(home, "../Inbox 2/scan.pdf"), "OUTSIDE");
});

test("a file that may not be read stays where it is", async (t) => {
  if (process.getuid?.() === 0) return leaveOut(t, "root may read everything");
  await using home = await makeHome();
  const path = await home.drop("scan.pdf", "bytes");
  await chmod(path, 0o000);
  t.is(await claimAt(home, "scan.pdf"), "NOT_PERMITTED");
  t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
});

test("a file that may not be moved stays where it is", async (t) => {
  await using home = await makeHome();
  const path = await home.drop("sub/scan.pdf", "bytes");
  await using fixed = await arranged(t, ["chattr", "+i", path], ["chattr", "-i", path]);
  if (!fixed) return;
  t.is(await claimAt(home, "sub/scan.pdf"), "NOT_PERMITTED");
  t.deepEqual(await filesBelow(home.folder, "Inbox"), ["Inbox/sub/scan.pdf"]);
  t.deepEqual(await stagedFor(home), []);
});

/** What is in staging, were it only a folder. */
async function stagedFor({ inbox }: Home): Promise<string[]> {
  const { stdout } = await run("find", [stagingOf(inbox, instance), "-mindepth", "1"]);
  return stdout.split("\n").filter(Boolean);
}

test("a file on a disk that is mounted in the inbox stays where it is", async (t) => {
  await using home = await makeHome();
  await mkdir(join(home.inbox, "stick"));
  await using disk = await mounted(t, join(home.inbox, "stick"), "size=100k");
  if (!disk) return;
  await home.drop("stick/scan.pdf", "bytes");
  t.is(await claimAt(home, "stick/scan.pdf"), "OTHER_DEVICE");
  t.deepEqual(await home.left(), ["Inbox/stick/scan.pdf"]);
});

test("a file in a folder of the same disk that is mounted in the inbox stays where it is", async (t) => {
  await using home = await makeHome();
  const inside = join(home.inbox, "inside");
  await mkdir(inside);
  await mkdir(join(home.folder, "elsewhere"));
  const mount = ["mount", "--bind", join(home.folder, "elsewhere"), inside] as const;
  await using bound = await arranged(t, mount, ["umount", "-l", inside]);
  if (!bound) return;
  await home.drop("inside/scan.pdf", "bytes");
  t.is(await claimAt(home, "inside/scan.pdf"), "OTHER_DEVICE");
  t.deepEqual(await home.left(), ["Inbox/inside/scan.pdf"]);
  t.deepEqual(await stagedFor(home), []);
});

test("where staging can't be made, the file stays and the disk is heard", async (t) => {
  await using home = await makeHome();
  // The inbox, the file and .autod: nothing is left for staging.
  await using disk = await mounted(t, home.inbox, "nr_inodes=3");
  if (!disk) return;
  await home.drop("scan.pdf", "bytes");
  await t.throwsAsync(claimAt(home, "scan.pdf"), { code: "ENOSPC" });
  t.deepEqual(await filesBelow(home.folder, "Inbox"), ["Inbox/scan.pdf"]);

  await run("mount", ["-o", "remount,ro", home.inbox]);
  await t.throwsAsync(claimAt(home, "scan.pdf"), { code: "EROFS" });
  t.deepEqual(await filesBelow(home.folder, "Inbox"), ["Inbox/scan.pdf"]);
});

test("a file whose path in staging would be too long stays where it is", async (t) => {
  await using home = await makeHome();
  const longest = process.platform === "darwin" ? 1023 : 4095;
  let folder = "deep";
  // The claim's own folders are longer than what is left.
  while (join(home.inbox, folder).length + 210 < longest) folder = join(folder, "d".repeat(199));
  const room = longest - join(home.inbox, folder, ".pdf").length - 1;
  const relative = join(folder, `${"f".repeat(Math.min(room, 250))}.pdf`);
  await home.drop(relative, "bytes");
  t.is(await claimAt(home, relative), "PATH_TOO_LONG");
  t.deepEqual(await home.left(), [join("Inbox", relative)]);
});

test("a name that is too long once it is printable stays where it is", async (t) => {
  await using home = await makeHome();
  if (!(await takesAnyBytes(t, home.inbox))) return;
  await mkdir(join(home.inbox, "sub"));
  await mkdir(bytesBelow(home.inbox, `sub/${"\xe9".repeat(86)}`));
  await writeFile(bytesBelow(home.inbox, `sub/${"\xe9".repeat(86)}/scan.pdf`), "bytes");
  await writeFile(bytesBelow(home.inbox, `${"\xe9".repeat(84)}.pdf`), "bytes");
  const refusals = [];
  for await (const spot of listInbox(home.inbox)) refusals.push(await claimSpot(home, spot));
  t.deepEqual(refusals, ["PATH_TOO_LONG", "PATH_TOO_LONG"]);
  t.deepEqual(await stagedFor(home), []);
});

const oddNames = [
  `${"n".repeat(251)}.pdf`,
  `${"ä".repeat(125)}x.pdf`,
  "caf\u00e9.pdf",
  "cafe\u0301.pdf",
  "caf\ufffd.pdf",
  "two\nlines.pdf",
  "\u001b[31mred.pdf",
  `"quoted" 'twice' \`thrice\`.pdf`,
  "-rf.pdf",
  "%s%n$(id).pdf",
  "back\\slash.pdf",
  " .pdf",
  "sub/..pdf",
];

test("odd names are claimed as they are, and twins that only look alike stay two", async (t) => {
  await using home = await makeHome();
  for (const name of oddNames) await home.drop(name, name);
  for (const name of oddNames) {
    const arrival = await claimed(t, home, name);
    t.is(arrival?.relative, name);
    t.is(await readFile(arrival?.staged ?? "", "utf8"), name);
  }
  t.deepEqual(await home.left(), []);
});

test("a file whose name is no UTF-8 is claimed by its bytes and staged under its printable name", async (t) => {
  await using home = await makeHome();
  if (!(await takesAnyBytes(t, home.inbox))) return;
  await mkdir(bytesBelow(home.inbox, "b\xfccher"));
  await writeFile(bytesBelow(home.inbox, "b\xfccher/caf\xe9.pdf"), "bytes");
  const relative = "b%FCcher/caf%E9.pdf";
  const path = bytesBelow(home.inbox, "b\xfccher/caf\xe9.pdf");
  const arrival = await claimSpot(home, { relative, path });
  if (!arrival || typeof arrival === "string") return t.fail(String(arrival));
  t.is(arrival.path, join(home.inbox, relative));
  t.true(arrival.staged.endsWith(`${arrival.claimId}/${relative}`));
  t.is(await readFile(arrival.staged, "utf8"), "bytes");
  t.is(await claimSpot(home, { relative, path }), null);
});

test("whatever bytes a name is made of, the file is found and claimed under a printable one", async (t) => {
  await using home = await makeHome();
  if (!(await takesAnyBytes(t, home.inbox))) return;
  const byte = integer({ min: 1, max: 255 }).filter((one) => one !== "/".charCodeAt(0));
  const names = array(byte, { minLength: 1, maxLength: 80 })
    .map((bytes) => Buffer.from(bytes).toString("latin1"))
    .filter((name) => name !== "." && name !== "..");
  await assert(
    asyncProperty(names, async (name) => {
      await writeFile(bytesBelow(home.inbox, name), name);
      const spots = [];
      for await (const spot of listInbox(home.inbox)) {
        if (!spot.relative.startsWith(".autod/")) spots.push(spot);
      }
      t.is(spots.length, 1);
      const [spot] = spots;
      if (!spot) return;
      const arrival = await claimSpot(home, spot);
      if (!arrival || typeof arrival === "string") return t.fail(String(arrival));
      t.is(await readFile(arrival.staged, "utf8"), name);
      t.true(Buffer.from(arrival.relative).toString() === arrival.relative);
      await rm(arrival.staged);
      await releaseClaim(arrival, instance);
    }),
    { numRuns: 100 },
  );
  t.deepEqual(await filesBelow(home.folder, "Inbox"), []);
});

test("an inbox below a hidden folder, or behind a link, is worked in like any other", async (t) => {
  await using home = await makeHome();
  for (const inbox of await hiddenAndLinked(home)) {
    await writeFile(join(inbox, "scan.pdf"), "bytes");
    const arrival = await claimSpot(home, spotAt(inbox, "scan.pdf"), { inbox });
    t.like(arrival, { relative: "scan.pdf", path: join(inbox, "scan.pdf") });
  }
});

test("what stands in staging is for its owner's eyes only", async (t) => {
  await using home = await makeHome();
  await home.drop("a/scan.pdf", "bytes");
  const arrival = await claimed(t, home, "a/scan.pdf");
  for (let path = dirname(arrival?.staged ?? ""); path !== home.inbox; path = dirname(path)) {
    t.is((await stat(path)).mode & 0o777, 0o700, path);
  }
});

test("staging is never made in a place that a link leads to", async (t) => {
  await using home = await makeHome();
  await home.drop("scan.pdf", "bytes");
  await mkdir(join(home.folder, "elsewhere"));
  await symlink(join(home.folder, "elsewhere"), join(home.inbox, ".autod"));
  await t.throwsAsync(claimAt(home, "scan.pdf"), { code: "DISK_FAULT" });
  t.deepEqual(await home.left(), ["Inbox/.autod", "Inbox/scan.pdf"]);
  t.deepEqual(await filesBelow(home.folder, "elsewhere"), []);
});

test("what takes a file's place at the last moment is never claimed, and never lost", async (t) => {
  await using home = await makeHome();
  const hidden = await secret(home);
  const beside = join(home.folder, "beside");
  const outcomes = new Set<string>();
  for (let round = 0; round < 200; round += 1) {
    const path = await home.drop("scan.pdf", "bytes");
    await symlink(hidden, beside);
    const exchanged = async () => {
      // So that it comes sooner in one round and later in another.
      for (let step = 0; step < round % 20; step += 1) await lstat(beside);
      await rename(beside, path);
    };
    const [claiming] = await Promise.all([claimAt(home, "scan.pdf"), exchanged()]);
    if (claiming && typeof claiming !== "string") {
      t.is(await readFile(claiming.staged, "utf8"), "bytes");
      t.true((await lstat(claiming.staged)).isFile());
      await rm(claiming.staged);
      await releaseClaim(claiming, instance);
    }
    outcomes.add(typeof claiming === "string" ? claiming : "claimed");
    t.true((await lstat(path)).isSymbolicLink());
    t.deepEqual(await stagedFor(home).catch(() => []), []);
    await rm(path);
  }
  t.deepEqual([...outcomes].toSorted(), ["SYMBOLIC_LINK", "claimed"]);
  t.is(await readFile(hidden, "utf8"), "secret");
});
