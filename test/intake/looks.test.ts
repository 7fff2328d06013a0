import { execFile } from "node:child_process";
import { lstat, mkdir, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { looksComplete } from "../../src/intake/looks.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";

const looks = test.macro({
  exec: async (t, make: (home: Home) => Promise<string>, expected: boolean) => {
    await using home = await makeHome();
    const path = await make(home);
    const { size } = await lstat(path).catch(() => ({ size: 0 }));
    t.is(await looksComplete(path, size), expected);
  },
  title: (title, _make, expected: boolean) =>
    `${title} ${expected ? "is not waited for" : "looks incomplete"}`,
});

const dropped = (bytes: () => Uint8Array | string | Promise<Uint8Array>) => async (home: Home) =>
  home.drop("scan.pdf", await bytes());
const scan = () => invoice("RE-1");

test("a PDF", looks, dropped(scan), true);
test(
  "a PDF behind 1,019 bytes of junk",
  looks,
  dropped(async () => Buffer.concat([Buffer.alloc(1019, "x"), await scan()])),
  true,
);
test(
  "a PDF behind 1,020 bytes of junk",
  looks,
  dropped(async () => Buffer.concat([Buffer.alloc(1020, "x"), await scan()])),
  false,
);
test(
  "a PDF before 2,000 bytes of nothing",
  looks,
  dropped(async () => Buffer.concat([await scan(), Buffer.alloc(2000)])),
  true,
);
test(
  "a PDF before 2,048 bytes of nothing",
  looks,
  dropped(async () => Buffer.concat([await scan(), Buffer.alloc(2048)])),
  false,
);
test(
  "a PDF without its last bytes",
  looks,
  dropped(async () => (await scan()).subarray(0, -6)),
  false,
);
test(
  "an empty file",
  looks,
  dropped(() => ""),
  false,
);
test(
  "one byte",
  looks,
  dropped(() => "%"),
  false,
);
test(
  "the shortest that has both ends",
  looks,
  dropped(() => "%PDF-%%EOF"),
  true,
);
test(
  "room that was set aside and not yet filled",
  looks,
  dropped(() => Buffer.alloc(1_000_000)),
  false,
);
test(
  "a file of 20 GB with nothing in it",
  looks,
  async (home) => {
    const path = await home.drop("scan.pdf", "%PDF-");
    await truncate(path, 20_000_000_000);
    return path;
  },
  false,
);
test("what is gone", looks, async (home) => join(home.inbox, "gone.pdf"), false);
test(
  "a folder",
  looks,
  async (home) => {
    await mkdir(join(home.inbox, "x.pdf"));
    return join(home.inbox, "x.pdf");
  },
  true,
);
test(
  "a symbolic link to something incomplete",
  looks,
  async (home) => {
    await symlink(await home.drop("half.pdf", "%PDF-"), join(home.inbox, "x.pdf"));
    return join(home.inbox, "x.pdf");
  },
  true,
);
test(
  "a pipe that nobody writes to",
  looks,
  async (home) => {
    await promisify(execFile)("mkfifo", [join(home.inbox, "x.pdf")]);
    return join(home.inbox, "x.pdf");
  },
  true,
);
