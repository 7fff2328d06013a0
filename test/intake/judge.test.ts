import test from "ava";
import { judgeName, judgeStats } from "../../src/intake/judge.ts";

const named = test.macro({
  exec: (t, name: string, expected: string | null, recursive?: boolean) =>
    t.is(judgeName(name, recursive ?? true), expected as never),
  title: (_, name: string, expected: string | null, recursive?: boolean) =>
    `${JSON.stringify(name)} is ${expected ?? "taken"}${recursive === false ? ", without sub-folders" : ""}`,
});

test(named, "scan.pdf", null);
test(named, "SCAN.PDF", null);
test(named, "2026/January/scan.pdf", null);
test(named, "scan.pdf.pdf", null);
test(named, "name\nwith newline.pdf", null);
test(named, ".scan.pdf", "HIDDEN");
test(named, "._scan.pdf", "HIDDEN");
test(named, ".autod/staging/scan.pdf", "HIDDEN");
test(named, "@eaDir/scan.pdf", "HIDDEN");
test(named, "~$scan.pdf", "TEMPORARY");
test(named, "scan.pdf~", "TEMPORARY");
test(named, "scan.pdf.part", "TEMPORARY");
test(named, "scan.pdf.crdownload", "TEMPORARY");
test(named, "scan.PDF.TMP", "TEMPORARY");
test(named, "notes.txt", "NOT_NAMED_PDF");
test(named, "pdf", "NOT_NAMED_PDF");
test(named, "caf\ufffd.pdf", null);
test(named, "caf%E9.pdf", null);
test(named, "-rf.pdf", null);
test(named, '"quoted".pdf', null);
test(named, "\u001b[31mred.pdf", null);
test(named, "scan.pdf", null, false);
test(named, "sub/scan.pdf", "IN_SUBFOLDER", false);

const file = {
  isFile: () => true,
  isSymbolicLink: () => false,
  nlink: 1,
  dev: 7,
  size: 512_000_000,
};
const inbox = { dev: 7 };

test("a regular file of its own, beside its inbox, is taken", (t) => {
  t.is(judgeStats(file, inbox), null);
});

test("links, pipes, second names, other file systems and more than 512 MB are not", (t) => {
  t.is(judgeStats({ ...file, isSymbolicLink: () => true }, inbox), "SYMBOLIC_LINK");
  t.is(judgeStats({ ...file, isFile: () => false }, inbox), "NO_FILE");
  t.is(judgeStats({ ...file, nlink: 2 }, inbox), "HARD_LINKED");
  t.is(judgeStats({ ...file, dev: 8 }, inbox), "OTHER_DEVICE");
  t.is(judgeStats({ ...file, size: 512_000_001 }, inbox), "TOO_LARGE");
});

test("inodes and devices beyond what a number holds are told apart", (t) => {
  const dev = 2n ** 63n;
  const big = { ...file, nlink: 1n, size: 1n, dev };
  t.is(judgeStats(big, { dev }), null);
  t.is(judgeStats(big, { dev: dev + 1n }), "OTHER_DEVICE");
});
