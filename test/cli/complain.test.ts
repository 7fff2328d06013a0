import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters, styleText } from "node:util";
import test from "ava";
import { complain } from "../../src/cli/complain.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { AutodError, type ErrorCode, errorCodes } from "../../src/errors.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { hasTerminals, startDialogue } from "../helpers/dialogue.ts";
import { emptyFolder, smallDisk } from "../helpers/folder.ts";
import { makeHome } from "../helpers/home.ts";

/** What is said of an error, and the exit code; on a screen of so many columns, in colour. */
function said(error: unknown, { columns = 0, debug = false } = {}) {
  const lines: string[] = [];
  const terminal = {
    note: (line = "") => void lines.push(line),
    styleNote: (style, words) =>
      columns > 0 ? styleText(style, words, { validateStream: false }) : words,
    screen: columns > 0 ? ({ columns } as NodeJS.WriteStream) : null,
  } satisfies Partial<Terminal> as unknown as Terminal;
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
    service: 1,
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
    const shown = said(error, { debug }).lines.join("\n");
    t.false(shown.includes("\u001b") || shown.includes("\u202e"), shown);
    t.regex(shown, /a\\x1b\[2J\\u\{202e\}b\.pdf/);
  }
});

test("on a terminal it is coloured, and broken between words at its width", (t) => {
  const { lines } = said(
    new AutodError("UNKNOWN_DOCUMENT", "3f2a9c is the start of more than one document's id"),
    { columns: 40 },
  );
  t.is(
    lines[0],
    `${styleText("red", "autod:", { validateStream: false })} 3f2a9c is the start of more`,
  );
  const plain = lines.map((line) => stripVTControlCharacters(line));
  t.deepEqual(plain.slice(0, 4), [
    "autod: 3f2a9c is the start of more",
    "  than one document's id",
    "  (UNKNOWN_DOCUMENT)",
    "  autod list and autod search show the",
  ]);
  t.deepEqual(
    plain.filter((line) => line.length > 40),
    [],
  );
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

test("on a terminal of 80 columns it fits", async (t) => {
  if (!(await hasTerminals())) {
    t.log("left out: util-linux's script lends the terminal");
    t.pass();
    return;
  }
  await using home = await makeHome();
  await using dialogue = startDialogue(["show", "abc", "--config", home.configFile], {});
  t.is(await dialogue.ended(), 2);
  t.deepEqual(dialogue.shown().split("\r\n"), [
    "autod: abc is too short to name a document (UNKNOWN_DOCUMENT)",
    "  autod list and autod search show the documents; any unique start of an id of 6",
    "  characters or more will do.",
    "",
  ]);
});

test("a dataDir that is none is a refusal of the system, and ends with 1", async (t) => {
  await using home = await makeHome();
  const ended = await autod(["list", "--data-dir", home.configFile, "--config", home.configFile]);
  t.is(ended.code, 1);
  t.is(
    ended.stderr.split("\n")[0],
    `autod: ${home.configFile}/documents.json: not a directory (DISK_FAULT)`,
  );
});

test("a port that another has is no fault of autod", async (t) => {
  await using server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await autod(["sandbox", "--port", String(port)]);
  t.is(code, 2);
  t.regex(stderr, new RegExp(`^autod: port ${port} is taken by another program \\(ARGUMENT_`));
});

const crashes = test.macro(async (t, words: readonly string[], showsStack: boolean) => {
  const fixture = new URL("../fixtures/throw-on-signal.ts", import.meta.url).href;
  const child = startAutod(["sandbox", "--json", ...words], {
    NODE_OPTIONS: `--import=${fixture}`,
  });
  const stderr = text(child.stderr);
  await once(createInterface({ input: child.stdout }), "line");
  child.kill("SIGUSR2");
  const [code] = await once(child, "exit");
  t.is(code, 70);
  t.regex(await stderr, /^autod: a fault in autod: nobody foresaw this \(INTERNAL\)\n {2}Please /);
  t.is(/\n {4}at .*throw-on-signal\.ts/.test(await stderr), showsStack);
});

test("a fault that nobody foresaw shows no stack", crashes, [], false);
test("a fault that nobody foresaw shows its stack to who asks", crashes, ["--debug"], true);
