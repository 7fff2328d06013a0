import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
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

/** As Samba with kernel oplocks holds a file that one of its clients has open. */
const lease = `
import fcntl, os, signal, sys, time
signal.signal(signal.SIGIO, signal.SIG_IGN)
file = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("held", flush=True)
time.sleep(60)`;

test("what its writer lets nobody open yet looks incomplete", async (t) => {
  if (process.platform !== "linux" || spawnSync("python3", ["--version"]).error) {
    t.log("left out: it takes Linux and python3");
    return;
  }
  await using home = await makeHome();
  const bytes = await scan();
  const path = await home.drop("scan.pdf", bytes);
  const holder = spawn("python3", ["-c", lease, path], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(holder, "exit");
  try {
    await once(holder.stdout, "data");
    t.false(await looksComplete(path, bytes.length));
  } finally {
    holder.kill("SIGKILL");
    await ended;
  }
  t.true(await looksComplete(path, bytes.length));
});
