import { execFile } from "node:child_process";
import { link, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { claim, claimedBefore, releaseClaim, stagingOf } from "../../src/intake/claim.ts";
import { leftInStaging } from "../../src/intake/recover.ts";
import { prepareProfile } from "../../src/openai/profile.ts";
import { filesBelow, type Home, makeHome } from "../helpers/home.ts";

const instance = "0123456789abcdef";

function folderOf({ config }: Home) {
  const [folder] = config.folders;
  const profile = prepareProfile("default", config.profiles.default);
  if (!folder) throw new Error("no folder");
  return { folder, profile };
}

async function claimed(t: ExecutionContext, home: Home, relative: string) {
  const { folder, profile } = folderOf(home);
  const arrival = await claim(folder, profile, relative, instance);
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

  await promisify(execFile)("rm", [arrival.staged]);
  await releaseClaim(arrival, instance);
  t.deepEqual(await filesBelow(home.inbox, ".autod"), []);
  await t.throwsAsync(stat(join(stagingOf(home.inbox, instance), arrival.claimId)), {
    code: "ENOENT",
  });
});

const refused = test.macro({
  exec: async (t, make: (home: Home, path: string) => Promise<unknown>, refusal: string | null) => {
    await using home = await makeHome();
    const path = join(home.inbox, "x.pdf");
    await make(home, path);
    const { folder, profile } = folderOf(home);
    t.is(await claim(folder, profile, "x.pdf", instance), refusal as never);
    t.deepEqual(
      await filesBelow(home.inbox, ""),
      (await home.left()).map((file) => file.slice(6)),
    );
  },
  title: (title) => `${title} stays where it is`,
});

test(
  "a symbolic link to a file",
  refused,
  async (home, path) => {
    await writeFile(join(home.folder, "secret"), "secret");
    await symlink(join(home.folder, "secret"), path);
  },
  "SYMBOLIC_LINK",
);
test("a symbolic link to nothing", refused, (_, path) => symlink("nowhere", path), "SYMBOLIC_LINK");
test("a pipe", refused, (_, path) => promisify(execFile)("mkfifo", [path]), "NO_FILE");
test("a folder", refused, (_, path) => mkdir(path), "NO_FILE");
test(
  "a file with a second name",
  refused,
  async (home, path) => {
    await writeFile(join(home.folder, "secret"), "secret");
    await link(join(home.folder, "secret"), path);
  },
  "HARD_LINKED",
);
test("what is gone", refused, async () => undefined, null);

test("a folder that leads out of the inbox is not followed", async (t) => {
  await using home = await makeHome();
  await mkdir(join(home.folder, "outside"));
  await writeFile(join(home.folder, "outside", "secret.pdf"), "secret");
  await symlink(join(home.folder, "outside"), join(home.inbox, "door"));
  const { folder, profile } = folderOf(home);
  t.is(await claim(folder, profile, "door/secret.pdf", instance), "OUTSIDE");
  t.is(await readFile(join(home.folder, "outside", "secret.pdf"), "utf8"), "secret");
});
