import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { overlaps } from "../../src/config/roots.ts";
import { folderWith } from "./written.ts";

interface Paths {
  readonly inbox?: string;
  readonly archive?: string;
  readonly quarantine?: string;
}

const found = async (folders: readonly Paths[], dataDir = "/data", dir = "/logs") => {
  const faults = await overlaps({
    folders: [...folders],
    dataDir,
    logs: { dir },
    profiles: {},
    openai: undefined,
    servers: {},
  });
  return faults.map(({ path, message }) => `${path.join(".")} ${message}`);
};

const finds = test.macro(async (t, folders: readonly Paths[], ...wanted: string[]) => {
  t.deepEqual(await found(folders), wanted);
});

const apart = { inbox: "/no/in", archive: "/no/archive", quarantine: "/no/quarantine" };

test("folders that lie apart are fine", finds, [apart]);
test("archives may be shared", finds, [apart, { ...apart, inbox: "/no/in2" }]);
test("a name that only begins alike is another", finds, [{ ...apart, archive: "/no/inbox" }]);
test(
  "a name that begins with dots lies inside",
  finds,
  [{ ...apart, archive: "/no/in/..a" }],
  "folders.0.inbox contains folders[0].archive (/no/in/..a)",
);
test(
  "an inbox isn't another one",
  finds,
  [apart, apart],
  "folders.1.inbox is folders[0].inbox (/no/in)",
);
test(
  "an inbox doesn't lie in another one",
  finds,
  [apart, { ...apart, inbox: "/no/in/side" }],
  "folders.1.inbox lies in folders[0].inbox (/no/in)",
);
test(
  "an inbox doesn't lie in an archive",
  finds,
  [{ ...apart, archive: "/no" }],
  "folders.0.inbox lies in folders[0].archive (/no)",
);
test(
  "an inbox doesn't contain a quarantine",
  finds,
  [{ ...apart, quarantine: "/no/in/bad" }],
  "folders.0.inbox contains folders[0].quarantine (/no/in/bad)",
);
test(
  "an inbox doesn't contain another folder's archive",
  finds,
  [apart, { inbox: "/a", archive: "/no/in/x" }],
  "folders.0.inbox contains folders[1].archive (/no/in/x)",
);
test(
  "an inbox isn't everything",
  finds,
  [{ inbox: "/" }],
  "folders.0.inbox contains dataDir (/data)",
  "folders.0.inbox contains logs.dir (/logs)",
);
test(
  "an inbox doesn't lie in dataDir",
  finds,
  [{ inbox: "/data/in" }],
  "folders.0.inbox lies in dataDir (/data)",
);
test(
  "an inbox doesn't lie in logs.dir",
  finds,
  [{ inbox: "/logs/in" }],
  "folders.0.inbox lies in logs.dir (/logs)",
);
test(
  "what is no path is left to others",
  finds,
  [{ archive: "/no" }, { inbox: "/no/in" }],
  "folders.1.inbox lies in folders[0].archive (/no)",
);

test("a link doesn't hide that an inbox lies in an archive", async (t) => {
  const root = await folderWith(t);
  await mkdir(join(root, "archive"));
  await symlink(join(root, "archive"), join(root, "elsewhere"));
  const inbox = join(root, "elsewhere", "not", "there", "yet");
  t.deepEqual(await found([{ inbox, archive: join(root, "archive") }]), [
    `folders.0.inbox lies in folders[0].archive (${root}/archive)`,
  ]);
});
