import { chmod, mkdir, open, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { stripVTControlCharacters, styleText } from "node:util";
import test from "ava";
import { complain } from "../../src/cli/complain.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { AutodError, type ErrorCode, errorCodes } from "../../src/errors.ts";
import { autod } from "../helpers/cli.ts";
import { emptyFolder, smallDisk } from "../helpers/folder.ts";
import { makeHome } from "../helpers/home.ts";
import { until } from "../helpers/watching.ts";
import { onTerminal } from "../helpers/terminal.ts";

/** What is said of an error, and the exit code; on a screen of so many columns, in colour. */
function said(error: unknown, { columns = 0, debug = false } = {}) {
  const lines: string[] = [];
  const terminal = {
    note: (line = "") => void lines.push(line),
    styleNote: (style, text) =>
      columns > 0 ? styleText(style, text, { validateStream: false }) : text,
    screen: columns > 0 ? ({ columns } as NodeJS.WriteStream) : null,
  } satisfies Partial<Terminal> as Partial<Terminal> as Terminal;
  const code = complain(error, terminal, debug);
  return { code, lines };
}

test("what happened stands on a line with its code, and below it what can be done", (t) => {
  const { lines, code } = said(new AutodError("UNKNOWN_DOCUMENT", "3f2a9c is no document's id"));
  t.deepEqual(lines, [
    "autod: 3f2a9c is no document's id (UNKNOWN_DOCUMENT)",
    `  ${errorCodes.UNKNOWN_DOCUMENT.hint}`,
  ]);
  t.is(code, 2);
});

test("who raises an error may know better what can be done", (t) => {
  const { lines } = said(new AutodError("DISK_FAULT", "/a is no folder", { hint: "Move it." }));
  t.deepEqual(lines, ["autod: /a is no folder (DISK_FAULT)", "  Move it."]);
});

test("the exit code is that of the error's kind", (t) => {
  const byKind = {
    document: 1,
    transient: 1,
    account: 1,
    disk: 1,
    config: 78,
    locked: 75,
    usage: 2,
  } as const;
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    const expected = code === "INTERNAL" ? 70 : byKind[errorCodes[code].kind];
    t.is(said(new AutodError(code, "something")).code, expected, code);
  }
});

test("each fault of a configuration has a line of its own", (t) => {
  const { lines } = said(new AutodError("CONFIG_INVALID", "a.yaml:3: one\na.yaml:7: other"));
  t.deepEqual(lines.slice(0, -1), [
    "autod: a.yaml:3: one",
    "autod: a.yaml:7: other (CONFIG_INVALID)",
  ]);
});

test("what the system refuses is no fault of autod, and is said with its path", async (t) => {
  const folder = await emptyFolder(t);
  const refused = await t.throwsAsync(readFile(join(folder, "no\u001b[2J.txt")));
  const { lines, code } = said(refused);
  t.is(lines[0], `autod: ${folder}/no\\x1b[2J.txt: no such file or directory (DISK_FAULT)`);
  t.is(code, 1);
  const denied = Object.assign(new Error("EACCES: permission denied, open '/a, b'"), {
    code: "EACCES",
    syscall: "open",
    path: "/a, b",
  });
  t.is(said(denied).lines[0], "autod: /a, b: permission denied (DISK_FAULT)");
});

test("a full disk is said to be full, also where the system names no path", async (t) => {
  const disk = await smallDisk(t, 16);
  if (disk === null) return;
  await using handle = await open(join(disk, "full"), "w");
  const refused = await t.throwsAsync(handle.writeFile(Buffer.alloc(100_000)));
  t.is(said(refused).lines[0], "autod: a file: no space left on device (DISK_FULL)");
  const named = await t.throwsAsync(mkdir(join(disk, "more", "still")).then(() => mkdir(disk)));
  t.regex(said(named).lines[0] ?? "", /more\/still: no such file or directory \(DISK_FAULT\)$/);
});

test("a fault of autod shows where it happened to those who ask", (t) => {
  const fault = new TypeError("undefined is no function");
  const { lines, code } = said(fault);
  t.is(code, 70);
  t.is(lines[0], "autod: a fault in autod: undefined is no function (INTERNAL)");
  t.is(lines.length, 2);
  t.regex(said(fault, { debug: true }).lines.join("\n"), /\n {4}at .*complain\.test\.ts/);
  t.is(said("a text").lines[0], "autod: a fault in autod: a text (INTERNAL)");
});

test("a trouble with the network is no trouble with a file", (t) => {
  const error = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), {
    code: "ECONNREFUSED",
    syscall: "connect",
  });
  t.is(said(error).code, 70);
});

test("nothing of an error can command a terminal", (t) => {
  const evil = "a\u001b[2J\u202eb.pdf";
  const error = new AutodError("FILE_MISSING", evil, { hint: evil, cause: new Error(evil) });
  for (const debug of [false, true]) {
    const text = said(error, { debug }).lines.join("\n");
    t.false(text.includes("\u001b") || text.includes("\u202e"), text);
    t.regex(text, /a\\x1b\[2J\\u\{202e\}b\.pdf/);
  }
});

test("on a terminal it is coloured, and broken between words at its width", (t) => {
  const { lines } = said(
    new AutodError("UNKNOWN_DOCUMENT", "3f2a9c is the start of more than one document's id"),
    { columns: 40 },
  );
  t.is(lines[0], `${styleText("red", "autod:", { validateStream: false })} 3f2a9c is the start of more than`);
  const plain = lines.map((line) => stripVTControlCharacters(line));
  t.deepEqual(plain.slice(0, 3), [
    "autod: 3f2a9c is the start of more than",
    "  one document's id (UNKNOWN_DOCUMENT)",
    "  autod list and autod search show the",
  ]);
  t.deepEqual(plain.filter((line) => line.length > 40), []);
});

test("without a terminal nothing is coloured or broken", async (t) => {
  await using home = await makeHome();
  const { code, stdout, stderr } = await autod(["show", "abc", "--config", home.configFile]);
  t.is(code, 2);
  t.is(stdout, "");
  t.deepEqual(stderr.split("\n"), [
    "autod: abc is too short to name a document (UNKNOWN_DOCUMENT)",
    `  ${errorCodes.UNKNOWN_DOCUMENT.hint}`,
    "",
  ]);
});
