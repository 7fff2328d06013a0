import { execFile } from "node:child_process";
import { link, mkdir, readdir, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { sha256 } from "./helpers/expect-filed.ts";
import type { Home } from "./helpers/home.ts";
import { bytesBelow, takesAnyBytes } from "./helpers/odd-files.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

const run = promisify(execFile);
const junk = Buffer.from("\u00ef\u00bb\u00bfHTTP/1.1 200 OK\r\n\r\n", "latin1");

/** What can be read, however odd its name or its edges are. */
async function dropReadable(home: Home): Promise<readonly Buffer[]> {
  const names = [
    "SCAN.PDF",
    "scan.pdf.pdf",
    "caf\u00e9.pdf",
    "cafe\u0301.pdf",
    `${"\u00e4".repeat(125)}x.pdf`,
    "new\nline.pdf",
    "\u001b[2Jescape.pdf",
    "-rf.pdf",
    "con.pdf",
    'a:b\\c"d.pdf',
    " spaces .pdf",
    "deep/er/still/scan.pdf",
    "folder.pdf/inside.pdf",
  ];
  const all = await Promise.all(names.map((_, at) => invoice(`RE-${at}`)));
  for (const [at, name] of names.entries()) await home.drop(name, all[at] ?? "");
  const edges = await Promise.all(["J", "T", "N"].map((number) => invoice(`RE-${number}`)));
  const [head = junk, tail = junk, nul = junk] = edges;
  const edged = [
    Buffer.concat([junk, head]),
    Buffer.concat([tail, Buffer.alloc(1500, " ")]),
    Buffer.concat([nul, Buffer.alloc(1000)]),
  ];
  for (const [at, bytes] of edged.entries()) await home.drop(`edge${at}.pdf`, bytes);
  return [...all, ...edged];
}

/** What goes to quarantine. */
async function dropUnreadable(home: Home): Promise<readonly Buffer[]> {
  const whole = await invoice("RE-9999");
  const all = [
    Buffer.alloc(0),
    Buffer.from("%"),
    Buffer.from("<!doctype html><p>not a PDF</p>"),
    Buffer.from("PK\u0003\u0004 a zip"),
    whole.subarray(0, 300),
    Buffer.alloc(1_000_000),
    Buffer.concat([Buffer.alloc(5000, "x"), whole]),
  ];
  for (const [at, bytes] of all.entries()) await home.drop(`broken${at}.pdf`, bytes);
  return all;
}

/** What stays where it is, each with the reason that is told. */
async function dropUntouchable(home: Home): Promise<Readonly<Record<string, string>>> {
  const at = (name: string) => join(home.inbox, name);
  const secret = join(home.folder, "secret.pdf");
  await writeFile(secret, await invoice("SECRET"));
  await symlink(secret, at("link.pdf"));
  await symlink("nowhere", at("broken-link.pdf"));
  await symlink("loop.pdf", at("loop.pdf"));
  await symlink("..", at("up.pdf"));
  await link(secret, at("hard.pdf"));
  for (const name of ["p1.pdf", "p2.pdf", "p3.pdf", "p4.pdf", "p5.pdf"]) {
    await run("mkfifo", [at(name)]);
  }
  await writeFile(at("sparse.pdf"), "%PDF-1.7");
  await truncate(at("sparse.pdf"), 20_000_000_000);
  await writeFile(at("notes.txt"), "notes");
  await mkdir(at("empty.pdf"));
  return {
    "link.pdf": "SYMBOLIC_LINK",
    "broken-link.pdf": "SYMBOLIC_LINK",
    "loop.pdf": "SYMBOLIC_LINK",
    "up.pdf": "SYMBOLIC_LINK",
    "hard.pdf": "HARD_LINKED",
    "p1.pdf": "NO_FILE",
    "p2.pdf": "NO_FILE",
    "p3.pdf": "NO_FILE",
    "p4.pdf": "NO_FILE",
    "p5.pdf": "NO_FILE",
    "sparse.pdf": "TOO_LARGE",
    "notes.txt": "NOT_NAMED_PDF",
  };
}

test("whatever lies in an inbox: what can be read is, what can't is told of, and nothing hangs", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { schedule: { rescan: "* * * * * *" } });
  // One half lies there at start, the other comes later.
  const unreadable = await dropUnreadable(home);
  const untouchable = await dropUntouchable(home);
  await using socket = createServer().listen(join(home.inbox, "socket.pdf"));
  await using daemon = await watching(home, sandbox);
  const readable = await dropReadable(home);

  await daemon.have("archived", readable.length);
  await daemon.have("quarantined", unreadable.length);
  const told = () =>
    daemon
      .lines()
      .filter(({ event }) => event === "file.ignored")
      .map(({ path, error }) => [
        String(path).slice(home.inbox.length + 1),
        (error as { code: string }).code,
      ]);
  const expected = { ...untouchable, "socket.pdf": "NO_FILE" };
  await until(() => told().length >= Object.keys(expected).length);
  await daemon.stop();
  socket.close();

  t.deepEqual(Object.fromEntries(told()), expected);
  t.is(told().length, Object.keys(expected).length, "each is told of once");
  const sums = (all: readonly Buffer[]) => all.map(sha256).toSorted();
  const found = (status: string) =>
    daemon
      .records()
      .filter((record) => record.status === status)
      .map((record) => record.sha256)
      .toSorted();
  t.deepEqual(found("archived"), sums(readable));
  t.deepEqual(found("quarantined"), sums(unreadable));
  t.is(sandbox.bills().length, readable.length);
  const left = (await readdir(home.inbox)).filter((name) => /^(?:edge|broken)\d/.test(name));
  t.deepEqual(left, []);
});

test("files whose names are no UTF-8 are read like any other, those there and those that come", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  if (!(await takesAnyBytes(t, home.inbox))) return;
  const all = [await invoice("RE-1"), await invoice("RE-2"), await invoice("RE-3")];
  await writeFile(bytesBelow(home.inbox, "caf\xe9.pdf"), all[0] ?? "");
  await using daemon = await watching(home, sandbox);
  await daemon.have("archived", 1);
  await writeFile(bytesBelow(home.inbox, "na\xefve.pdf"), all[1] ?? "");
  await home.drop("caf%E9.pdf", all[2] ?? "");
  await daemon.have("archived", 3);
  await daemon.stop();

  t.deepEqual(
    daemon
      .records()
      .map(({ source }) => source.name)
      .toSorted(),
    ["caf%E9.pdf", "caf%E9.pdf", "na%EFve.pdf"],
  );
  t.deepEqual(
    daemon
      .records()
      .map((record) => record.sha256)
      .toSorted(),
    all.map(sha256).toSorted(),
  );
  t.deepEqual(await home.left(), []);
});
