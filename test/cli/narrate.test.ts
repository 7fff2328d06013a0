import test from "ava";
import { narrate } from "../../src/cli/narrate.ts";
import { errorCodes } from "../../src/errors.ts";
import { makeHome } from "../helpers/home.ts";

/** What is told of log lines; one without a time of its own comes a second after the one before. */
async function told(lines: readonly object[], width = Number.POSITIVE_INFINITY) {
  await using home = await makeHome();
  const printed: string[] = [];
  const say = narrate(home.config.folders, {
    print: (line = "") => void printed.push(line.replaceAll(home.folder, "~")),
    style: (_, text) => text,
    width,
  });
  for (const [index, line] of lines.entries()) {
    const time = new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
    const path = "path" in line ? { path: `${home.inbox}/${line.path as string}` } : {};
    say(JSON.stringify({ time, level: "info", folder: "scans", ...line, ...path }));
  }
  return printed;
}

const waits = (path: string, code = "KEY_REJECTED", more: object = {}) => ({
  event: "document.waiting",
  level: "warn",
  path,
  error: { code, message: "the API said no" },
  ...more,
});
const blocked = {
  event: "account.blocked",
  level: "error",
  server: "openai",
  error: { code: "KEY_REJECTED", message: "the API said no" },
};
const hint = `  ${errorCodes.KEY_REJECTED.hint}`;

test("a block is told with what can be done, and of the files that met it only which", async (t) => {
  t.deepEqual(await told([blocked, waits("a.pdf"), waits("b.pdf")]), [
    "! server openai is blocked: the API said no (KEY_REJECTED)",
    hint,
    "… a.pdf waits (KEY_REJECTED)",
    "… b.pdf waits (KEY_REJECTED)",
  ]);
});

test("the end of a block is told without what could have been done, and the next one in full", async (t) => {
  const ok = { ...blocked, event: "account.ok", level: "info" };
  t.deepEqual(await told([blocked, ok, blocked]), [
    "! server openai is blocked: the API said no (KEY_REJECTED)",
    hint,
    "✓ server openai is no longer blocked",
    "! server openai is blocked: the API said no (KEY_REJECTED)",
    hint,
  ]);
});

test("what a thousand files meet fills no screen", async (t) => {
  const lines = Array.from({ length: 1_000 }, (_, index) => waits(`${index}.pdf`));
  const printed = await told(lines);
  t.is(printed[0], "… 0.pdf waits: the API said no (KEY_REJECTED)");
  t.is(printed[2], "… 1.pdf waits (KEY_REJECTED)");
  t.deepEqual(printed.slice(10), [
    "… 10 files were put off by now (KEY_REJECTED)",
    "… 100 files were put off by now (KEY_REJECTED)",
    "… 1000 files were put off by now (KEY_REJECTED)",
  ]);
});

test("a trouble that comes again after long is told in full", async (t) => {
  const time = "2026-01-01T01:00:00.000Z";
  const printed = await told([waits("a.pdf"), waits("b.pdf"), waits("c.pdf", undefined, { time })]);
  t.is(printed.at(-2), "… c.pdf waits: the API said no (KEY_REJECTED)");
  t.is(printed.at(-1), hint);
});

test("a wait says until when, in local time, and files that stay say why", async (t) => {
  const retryAt = new Date(2999, 0, 2, 3, 4).toISOString();
  const error = { code: "NOT_NAMED_PDF", message: "its name doesn't end in .pdf" };
  const ignored = { event: "file.ignored", error };
  const printed = await told([
    waits("a.pdf", "DISK_FULL", { retryAt }),
    { ...ignored, path: "a.txt" },
    { ...ignored, path: "b.txt" },
  ]);
  t.deepEqual(printed, [
    "… a.pdf waits until 2999-01-02 03:04: the API said no (DISK_FULL)",
    "  Make room on the disk; work goes on by itself.",
    "- a.txt stays: its name doesn't end in .pdf (NOT_NAMED_PDF)",
    "- b.txt stays (NOT_NAMED_PDF)",
  ]);
});

test("a server that is left alone is told of, and that it answers again", async (t) => {
  const error = { code: "API_BUSY", message: "the API said no" };
  const printed = await told([
    { msg: "server left alone for a while", level: "warn", server: "openai", error },
    waits("a.pdf", "API_BUSY"),
    { msg: "server answers again", server: "openai", error },
  ]);
  t.deepEqual(printed, [
    "! server openai is left alone for a while: the API said no (API_BUSY)",
    "  The API is busy or limits the rate; the document waits and is tried again.",
    "… a.pdf waits (API_BUSY)",
    "✓ server openai answers again",
  ]);
});

test("every error is told, even one that has no event, and it commands no terminal", async (t) => {
  const error = { code: "ENOSPC", message: "no watches\u001b[2J" };
  t.deepEqual(await told([{ level: "error", msg: "watching failed", error }]), [
    "! watching failed: no watches\\x1b[2J (ENOSPC)",
  ]);
  t.deepEqual(await told([{ level: "warn", msg: "claim folder left", error }]), []);
});

test("what can be done is broken into lines that fit", async (t) => {
  const [, ...lines] = await told([blocked], 40);
  t.true(lines.length > 1);
  t.true(lines.every((line) => line.startsWith("  ") && line.length <= 40));
  t.is(lines.map((line) => line.trim()).join(" "), hint.trim());
});
