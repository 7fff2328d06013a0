import {
  chmod,
  chown,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { AutodError, type ErrorCode } from "../../src/errors.ts";
import { markOf } from "../../src/filing/filing.ts";
import { moveFile } from "../../src/filing/move.ts";
import { errno, failing, replaceCall, replaceHandleCall } from "./failing.ts";
import { hashOf, otherDisk, places, room, saved } from "./rooms.ts";

const id = "3f2a9c01b7de";
const isRoot = process.getuid?.() === 0;

const failsWith = (code: ErrorCode) => ({ instanceOf: AutodError, code });

/** Run on one file system and, where there is a second one, between two. */
function onBoth(title: string, run: (t: ExecutionContext, across: boolean) => Promise<void>): void {
  test.serial(`${title}, on one file system`, (t) => run(t, false));
  test.serial(`${title}, across file systems`, async (t) => {
    if (otherDisk !== undefined) return await run(t, true);
    t.log("not tested: this machine has only one file system");
    t.pass();
  });
}

onBoth("a file goes below the root, with its time and its bytes", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  await utimes(from, 1_500_000_000.25, 1_500_000_000.25);
  const target = await moveFile({
    from,
    root: archive,
    folders: ["2026", "Utilities"],
    name: "Bill.pdf",
    id,
    sha256,
  });
  t.is(target, join(archive, "2026", "Utilities", "Bill.pdf"));
  t.is(await hashOf(target), sha256);
  t.is(Math.round((await stat(target)).mtimeMs), 1_500_000_000_250);
  t.deepEqual(await readdir(inbox), []);
  t.deepEqual(await readdir(dirname(target)), ["Bill.pdf"]);
});

onBoth(
  "where the guard of a root says no, nothing is made there, and the file stays",
  async (t, across) => {
    const { inbox, archive } = await places(t, across);
    const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
    const away = new AutodError("FOLDER_MISSING", "its disk is away");
    // Asked first before folders are made; then again before what may take long.
    for (const asked of across ? [1, 2] : [1]) {
      let times = 0;
      const guard = async (root: string) => {
        t.is(root, archive);
        times += 1;
        if (times === asked) throw away;
      };
      const move = {
        from,
        root: archive,
        folders: [],
        name: "Bill.pdf",
        id,
        sha256,
        footing: { require: guard, durable: new Set<string>() },
      };
      t.is(await t.throwsAsync(moveFile(move)), away);
      t.is(times, asked);
      t.deepEqual(await readdir(archive), []);
      t.is(await hashOf(from), sha256);
    }
  },
);

onBoth("nothing is ever overwritten", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const there = await saved(join(archive, "Bill.pdf"));
  await mkdir(join(archive, "Bill (2).pdf"));
  await symlink("nowhere", join(archive, "Bill (3).pdf"));
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  const target = await moveFile({ from, root: archive, name: "Bill.pdf", id });
  t.is(target, join(archive, "Bill (4).pdf"));
  t.is(await hashOf(target), sha256);
  t.is(await hashOf(there.path), there.sha256);
});

onBoth("fifty files of one name at once each get their own", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const files = await Promise.all(
    Array.from({ length: 50 }, (_, number) => saved(join(inbox, `${number}.pdf`))),
  );
  const targets = await Promise.all(
    files.map(({ path }) =>
      moveFile({ from: path, root: archive, folders: ["a", "b"], name: "Bill.pdf", id }),
    ),
  );
  t.is(new Set(targets).size, 50);
  t.deepEqual(
    await Promise.all(targets.map(hashOf)),
    files.map(({ sha256 }) => sha256),
  );
  t.is((await readdir(join(archive, "a", "b"))).length, 50);
  t.deepEqual(await readdir(inbox), []);
});

onBoth("a move that was done already says where it went", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  await saved(join(archive, "Bill.pdf"));
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  const move = { from, root: archive, name: "Bill.pdf", id, sha256 };
  const target = await moveFile(move);
  await saved(join(archive, "Other.pdf"));
  t.is(basename(target), "Bill (2).pdf");
  t.is(await moveFile(move), target);
  await t.throwsAsync(moveFile({ ...move, sha256: undefined }), failsWith("FILE_MISSING"));
  await t.throwsAsync(moveFile({ ...move, name: "Other.pdf" }), failsWith("FILE_MISSING"));
});

onBoth("a missing root is never made", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  for (const root of [join(archive, "away"), from]) {
    await t.throwsAsync(moveFile({ from, root, name: "a.pdf", id }), failsWith("FOLDER_MISSING"));
  }
  t.deepEqual(await readdir(archive), []);
  t.deepEqual(await readdir(inbox), ["scan.pdf"]);
});

onBoth("a symbolic link in the archive leads nowhere outside it", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const outside = await room(t);
  await symlink(outside, join(archive, "2026"));
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const move = { from, root: archive, folders: ["2026", "x"], name: "a.pdf", id };
  await t.throwsAsync(moveFile(move), failsWith("DISK_FAULT"));
  t.deepEqual(await readdir(outside), []);
  t.deepEqual(await readdir(inbox), ["scan.pdf"]);
});

onBoth("a symbolic link may lead within the archive, and to it", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  await mkdir(join(archive, "real"));
  await symlink("real", join(archive, "2026"));
  const alias = join(await room(t), "alias");
  await symlink(archive, alias);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const target = await moveFile({ from, root: alias, folders: ["2026"], name: "a.pdf", id });
  t.is(target, join(alias, "2026", "a.pdf"));
  t.deepEqual(await readdir(join(archive, "real")), ["a.pdf"]);
});

onBoth("only regular files are moved", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const { path } = await saved(join(inbox, "real.pdf"));
  const from = join(inbox, "link.pdf");
  await symlink(path, from);
  for (const each of [from, inbox]) {
    const move = { from: each, root: archive, name: "a.pdf", id };
    await t.throwsAsync(moveFile(move), failsWith("FILE_CHANGED"));
  }
  t.deepEqual(await readdir(archive), []);
});

onBoth("files and folders get the rights and the group of their root", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  await chmod(archive, 0o2750);
  if (isRoot) await chown(archive, 0, 4242);
  await chmod(archive, 0o2750);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  await chmod(from, 0o444);
  const target = await moveFile({ from, root: archive, folders: ["2026"], name: "a.pdf", id });
  const [file, folder] = [await stat(target), await stat(dirname(target))];
  t.is(file.mode & 0o7777, 0o640);
  t.is(folder.mode & 0o777, 0o750);
  t.is(file.gid, (await stat(archive)).gid);
  t.is(folder.gid, file.gid);
});

onBoth("rights that can't be set stop nothing", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  await chmod(archive, 0o755);
  await replaceHandleCall(t, "chmod", () => Promise.reject(errno("EPERM", "fchmod")));
  await replaceHandleCall(t, "utimes", () => Promise.reject(errno("EPERM", "futime")));
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  const target = await moveFile({ from, root: archive, folders: ["2026"], name: "a.pdf", id });
  t.is(await hashOf(target), sha256);
});

for (const [code, becomes] of [
  ["ENOSPC", "DISK_FULL"],
  ["EDQUOT", "DISK_FULL"],
  ["EIO", "DISK_FAULT"],
  ["EROFS", "DISK_FAULT"],
] as const) {
  onBoth(`${code} is ${becomes}, and leaves the file where it was`, async (t, across) => {
    const { inbox, archive } = await places(t, across);
    const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
    const move = { from, root: archive, name: "a.pdf", id };
    if (across) await replaceHandleCall(t, "writeFile", () => Promise.reject(errno(code, "write")));
    else failing(t, "link", code);
    const error = await t.throwsAsync(moveFile(move), failsWith(becomes));
    t.is((error.cause as NodeJS.ErrnoException).code, code);
    t.is(await hashOf(from), sha256);
    t.deepEqual(await readdir(archive), []);
  });
}

onBoth(
  "a failing fsync is an error, and isn't repeated on what it failed on",
  async (t, across) => {
    const { inbox, archive } = await places(t, across);
    const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
    const seen: unknown[] = [];
    let calls = 0;
    await replaceHandleCall(t, "sync", function (original) {
      calls += 1;
      // The first is the source's, the next the copy's or the folder's.
      if (calls !== 2) return original();
      seen.push(this);
      throw errno("EIO", "fsync");
    });
    await t.throwsAsync(
      moveFile({ from, root: archive, name: "a.pdf", id }),
      failsWith("DISK_FAULT"),
    );
    t.is(calls, 2);
    t.is(await hashOf(from), sha256);
    t.is(await hashOf(await moveFile({ from, root: archive, name: "a.pdf", id })), sha256);
    t.deepEqual(await readdir(archive), ["a.pdf"]);
  },
);

for (const [when, isLinked] of [
  ["", false],
  [", also where an earlier try linked it", true],
] as const) {
  test.serial(
    `a file that the disk didn't take is copied, for it can't be asked again${when}`,
    async (t) => {
      const { inbox, archive } = await places(t);
      const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
      const { ino } = await stat(from);
      if (isLinked) await link(from, join(archive, "a.pdf"));
      let calls = 0;
      await replaceHandleCall(t, "sync", (original) => {
        calls += 1;
        if (calls === 1) throw errno("EIO", "fsync");
        return original();
      });
      const target = await moveFile({ from, root: archive, name: "a.pdf", id });
      t.is(await hashOf(target), sha256);
      t.not((await stat(target)).ino, ino);
      t.deepEqual(await readdir(archive), ["a.pdf"]);
      t.deepEqual(await readdir(inbox), []);
    },
  );
}

test.serial("folders that know no fsync are filled all the same", async (t) => {
  const { inbox, archive } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  await replaceHandleCall(t, "sync", async function (original) {
    if ((await (this as FileHandle).stat()).isDirectory()) throw errno("EINVAL", "fsync");
    return await original();
  });
  const target = await moveFile({ from, root: archive, folders: ["a"], name: "a.pdf", id });
  t.is(target, join(archive, "a", "a.pdf"));
});

test.serial("a disk without inodes is full, and says so", async (t) => {
  const { inbox, archive } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  failing(t, "link", "ENOSPC");
  const move = { from, root: archive, name: "a.pdf", id };
  const said = async () => (await t.throwsAsync(moveFile(move), failsWith("DISK_FULL"))).message;
  replaceCall(t, "statfs", () => Promise.resolve({ files: 20, ffree: 0 }));
  t.regex(await said(), /no inodes/);
  replaceCall(t, "statfs", () => Promise.resolve({ files: 0, ffree: 0 }));
  t.regex(await said(), /no room/);
  failing(t, "statfs", "EIO");
  t.regex(await said(), /no room/);
});

for (const [gone, code] of [
  ["inbox", "FILE_MISSING"],
  ["archive", "FOLDER_MISSING"],
] as const) {
  test.serial(`what goes away in the middle of a move is told: the ${gone}`, async (t) => {
    const all = await places(t);
    const { path: from } = await saved(join(all.inbox, "scan.pdf"));
    replaceCall(t, "link", async (original, a: string, b: string) => {
      await rename(all[gone], `${all[gone]} is away`);
      await (original as typeof link)(a, b);
    });
    const move = { from, root: all.archive, name: "a.pdf", id };
    await t.throwsAsync(moveFile(move), failsWith(code));
  });
}

test.serial("a folder that is a file takes nothing", async (t) => {
  const { inbox, archive } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  await saved(join(archive, "2026"));
  const move = { from, root: archive, folders: ["2026"], name: "a.pdf", id };
  await t.throwsAsync(moveFile(move), failsWith("DISK_FAULT"));
  t.deepEqual(await readdir(inbox), ["scan.pdf"]);
});

test.serial("a name that another move gives up at that moment isn't waited for", async (t) => {
  const { inbox, archive } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const { path: passing } = await saved(join(archive, "a.pdf"));
  let looks = 0;
  replaceCall(t, "lstat", async (original, path: string, options: unknown) => {
    if (path === passing) looks += 1;
    // It is seen once, and is gone when it is compared.
    if (path === passing && looks > 1) await rm(passing, { force: true });
    return await (original as (...given: unknown[]) => Promise<unknown>)(path, options);
  });
  t.is(await moveFile({ from, root: archive, name: "a.pdf", id }), join(archive, "a (2).pdf"));
  t.deepEqual(await readdir(archive), ["a (2).pdf"]);
});

onBoth(
  "without links the name is reserved, and the file renamed over the reservation",
  async (t, across) => {
    failing(t, "link", "EPERM");
    const { inbox, archive } = await places(t, across);
    const there = await saved(join(archive, "Bill.pdf"));
    const files = await Promise.all(
      Array.from({ length: 9 }, (_, number) => saved(join(inbox, `${number}.pdf`))),
    );
    const targets = await Promise.all(
      files.map(({ path }) => moveFile({ from: path, root: archive, name: "Bill.pdf", id })),
    );
    t.deepEqual(
      await Promise.all(targets.map(hashOf)),
      files.map(({ sha256 }) => sha256),
    );
    t.is(await hashOf(there.path), there.sha256);
    t.is((await readdir(archive)).length, 10);
  },
);

onBoth("a reservation that a crash left is used by the same move only", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  await saved(join(archive, "a.pdf"), `reserved by autod for ${markOf({ id, from })}\n`);
  await saved(join(archive, "b.pdf"), `reserved by autod for ${markOf({ id, from: "/other" })}\n`);
  t.is(await moveFile({ from, root: archive, name: "b.pdf", id }), join(archive, "b (2).pdf"));
  await copyFile(join(archive, "b (2).pdf"), from);
  const target = await moveFile({ from, root: archive, name: "a.pdf", id });
  t.is(target, join(archive, "a.pdf"));
  t.is(await hashOf(target), sha256);
});

test.serial("a reservation that could not be written or used goes again", async (t) => {
  failing(t, "link", "ENOTSUP");
  const { inbox, archive } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const move = { from, root: archive, name: "a.pdf", id };
  failing(t, "rename", "EIO");
  await t.throwsAsync(moveFile(move), failsWith("DISK_FAULT"));
  t.deepEqual(await readdir(archive), []);
  await replaceHandleCall(t, "writeFile", () => Promise.reject(errno("ENOSPC", "write")));
  await t.throwsAsync(moveFile(move), failsWith("DISK_FULL"));
  t.deepEqual(await readdir(archive), []);
  t.deepEqual(await readdir(inbox), ["scan.pdf"]);
});

test.serial("a move that was killed between link and unlink is ended", async (t) => {
  const { inbox, archive } = await places(t);
  await saved(join(archive, "a.pdf"));
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  await link(from, join(archive, "a (2).pdf"));
  t.is(await moveFile({ from, root: archive, name: "a.pdf", id }), join(archive, "a (2).pdf"));
  t.deepEqual((await readdir(archive)).toSorted(), ["a (2).pdf", "a.pdf"]);
  t.deepEqual(await readdir(inbox), []);
});

test.serial("a file that has its name already keeps it", async (t) => {
  const { archive } = await places(t);
  const { path: from, sha256 } = await saved(join(archive, "2026", "a.pdf"));
  const move = { from, root: archive, folders: ["2026"], name: "a.pdf", id };
  t.is(await moveFile(move), from);
  await link(from, join(archive, "second link"));
  t.is(await moveFile(move), from);
  t.is(await hashOf(from), sha256);
});

test.serial(
  "a name that differs in spelling only is another one where the file system says so",
  async (t) => {
    const { archive } = await places(t);
    const { path: from } = await saved(join(archive, "a.pdf"));
    await link(from, join(archive, "A.pdf"));
    t.is(await moveFile({ from, root: archive, name: "A.pdf", id }), join(archive, "A.pdf"));
    t.deepEqual(await readdir(archive), ["A.pdf"]);
  },
);

test.serial(
  "a file is only spelled anew where both names are one to the file system",
  async (t) => {
    const { archive } = await places(t);
    const { path: from, sha256 } = await saved(join(archive, "a.pdf"));
    const target = join(archive, "A.pdf");
    // Such a file system is played by one that tells the names apart.
    let stands = from;
    replaceCall(t, "link", () => Promise.reject(errno("EEXIST", "link")));
    replaceCall(t, "lstat", async (original, path: string, options: unknown) => {
      const found = path === from || path === target ? stands : path;
      return await (original as (...given: unknown[]) => Promise<unknown>)(found, options);
    });
    replaceCall(t, "rename", async (original, before: string, after: string) => {
      await (original as typeof rename)(before, after);
      stands = after;
    });
    t.is(await moveFile({ from, root: archive, name: "A.pdf", id }), target);
    t.deepEqual(await readdir(archive), ["A.pdf"]);
    t.is(await hashOf(target), sha256);
  },
);

test.serial(
  "an encrypted folder, which takes shorter names only, gets shorter names",
  async (t) => {
    const { inbox, archive } = await places(t);
    replaceCall(t, "link", async (original, from: string, to: string) => {
      if (Buffer.byteLength(basename(to)) > 143) throw errno("ENAMETOOLONG", "link");
      await (original as typeof link)(from, to);
    });
    for (const end of ["y.pdf", "y (2).pdf"]) {
      const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
      const move = { from, root: archive, name: `${"y".repeat(240)}.pdf`, id, sha256 };
      const target = await moveFile(move);
      t.is(Buffer.byteLength(basename(target)), 143);
      t.true(target.endsWith(end));
      t.is(await moveFile(move), target);
    }
  },
);

onBoth("a name that is too long is cut before its extension", async (t, across) => {
  const { inbox, archive } = await places(t, across);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const target = await moveFile({ from, root: archive, name: `${"ä".repeat(200)}.pdf`, id });
  t.is(basename(target), `${"ä".repeat(125)}.pdf`);
});

test.serial("a name that is none is a fault in the program", async (t) => {
  const { inbox, archive } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const move = { from, root: archive, name: "a.pdf", id };
  for (const wrong of ["", ".", "..", "a/b", "../b", "a\0"]) {
    await t.throwsAsync(moveFile({ ...move, name: wrong }), { instanceOf: TypeError });
    await t.throwsAsync(moveFile({ ...move, folders: [wrong] }), { instanceOf: TypeError });
    await t.throwsAsync(moveFile({ ...move, id: wrong }), { instanceOf: TypeError });
  }
  t.deepEqual(await readdir(archive), []);
  t.deepEqual(await readdir(inbox), ["scan.pdf"]);
});

test.serial("a folder that is exchanged for a link at the last moment gets nothing", async (t) => {
  const { inbox, archive } = await places(t);
  const outside = await room(t);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  replaceCall(t, "link", async (original, a: string, b: string) => {
    await rename(join(archive, "2026"), join(archive, "before"));
    await symlink(outside, join(archive, "2026"));
    await (original as typeof link)(a, b);
  });
  const move = { from, root: archive, folders: ["2026"], name: "a.pdf", id };
  await t.throwsAsync(moveFile(move), failsWith("DISK_FAULT"));
  t.deepEqual(await readdir(outside), []);
  t.is(await hashOf(from), sha256);
});

test.serial("a new file under the old name is left alone", async (t) => {
  const { inbox, archive } = await places(t);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  replaceCall(t, "link", async (original, a: string, b: string) => {
    await (original as typeof link)(a, b);
    await rename(from, join(inbox, "gone"));
    await writeFile(from, "new");
  });
  const target = await moveFile({ from, root: archive, name: "a.pdf", id });
  t.is(await hashOf(target), sha256);
  t.is((await stat(from)).size, 3);
});

test.serial("what is filed in the place of ours at the last moment costs us nothing", async (t) => {
  const { inbox, archive } = await places(t);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  replaceCall(t, "link", async (_, __: string, to: string) => await writeFile(to, "theirs"));
  const move = { from, root: archive, name: "a.pdf", id };
  await t.throwsAsync(moveFile(move), failsWith("DISK_FAULT"));
  t.is(await hashOf(from), sha256);
});

if (otherDisk === undefined) {
  test("moves across file systems", (t) => {
    t.log("not tested: this machine has only one file system");
    t.pass();
  });
} else {
  test.serial("a copy that a crash left beside the target is replaced", async (t) => {
    const { inbox, archive } = await places(t, true);
    const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
    await saved(join(archive, `.autod-${markOf({ id, from })}.part`), "half");
    t.is(await hashOf(await moveFile({ from, root: archive, name: "a.pdf", id, sha256 })), sha256);
    t.deepEqual(await readdir(archive), ["a.pdf"]);
  });

  test.serial(
    "a copy that was filed before the crash is recognised, and another document's isn't",
    async (t) => {
      const { inbox, archive } = await places(t, true);
      const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"), "the same bytes");
      const now = new Date();
      await saved(join(archive, "a.pdf"), "the same size!");
      await saved(join(archive, "a (2).pdf"), "the same bytes");
      await saved(join(archive, "a (3).pdf"), "the same bytes");
      await utimes(from, now, now);
      await utimes(join(archive, "a.pdf"), now, now);
      await utimes(join(archive, "a (2).pdf"), now, new Date(now.getTime() - 60_000));
      await utimes(join(archive, "a (3).pdf"), now, now);
      const target = await moveFile({ from, root: archive, name: "a.pdf", id, sha256 });
      t.is(basename(target), "a (3).pdf");
      t.is((await readdir(archive)).length, 3);
      t.deepEqual(await readdir(inbox), []);
    },
  );

  test.serial("bytes that aren't those of the hash are not filed", async (t) => {
    const { inbox, archive } = await places(t, true);
    const { path: from } = await saved(join(inbox, "scan.pdf"));
    const move = { from, root: archive, name: "a.pdf", id, sha256: "0".repeat(64) };
    await t.throwsAsync(moveFile(move), failsWith("FILE_CHANGED"));
    t.deepEqual(await readdir(archive), []);
    t.deepEqual(await readdir(inbox), ["scan.pdf"]);
  });

  test.serial("a file that changes while it is copied is not filed", async (t) => {
    const { inbox, archive } = await places(t, true);
    const { path: from } = await saved(join(inbox, "scan.pdf"));
    await replaceHandleCall(t, "writeFile", async (original) => {
      await original();
      await truncate(from, 10);
    });
    const move = { from, root: archive, name: "a.pdf", id };
    await t.throwsAsync(moveFile(move), failsWith("FILE_CHANGED"));
    t.deepEqual(await readdir(archive), []);
    t.is((await stat(from)).size, 10);
  });

  test.serial("what reads back otherwise than it was written is not filed", async (t) => {
    const { inbox, archive } = await places(t, true);
    const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
    let copied = false;
    await replaceHandleCall(t, "writeFile", async (original) => {
      await original();
      copied = true;
    });
    await replaceHandleCall(t, "read", async (original, buffer: Buffer) => {
      const answer = await original();
      if (copied) buffer.fill(7, 0, 1);
      return answer;
    });
    const move = { from, root: archive, name: "a.pdf", id };
    await t.throwsAsync(moveFile(move), failsWith("DISK_FAULT"));
    t.deepEqual(await readdir(archive), []);
    t.is((await lstat(from)).size, 2000);
    t.truthy(sha256);
  });
}
