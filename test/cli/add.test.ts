import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import type { Addition } from "../../src/intake/addition.ts";
import { saved } from "../filing/rooms.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt } from "../helpers/run-once.ts";
import { startRunning, watched } from "../helpers/running.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { until } from "../helpers/watching.ts";

const add = (home: Home, ...words: string[]) =>
  autod(["add", ...words, "--config", home.configFile]);

/** A folder of papers beside the watched ones: two PDFs, one of them twice, and a text. */
async function papersIn(home: Home): Promise<string> {
  const papers = join(home.folder, "Papers");
  await saved(join(papers, "a.pdf"), await invoice("RE-1"));
  await saved(join(papers, "2024", "b.pdf"), await invoice("RE-2"));
  await saved(join(papers, "a again.pdf"), await invoice("RE-1"));
  await saved(join(papers, "notes.txt"), "none");
  return papers;
}

test("while autod isn't running, files are copied and left for it", async (t) => {
  await using home = await makeHome();
  const { code, stdout, stderr } = await add(home, await papersIn(home));
  t.is(stderr, "");
  t.is(code, 0);
  t.deepEqual(stdout.split("\n"), [
    "+ 2024/b.pdf   is in the inbox",
    "+ a again.pdf  is in the inbox",
    "= a.pdf        has the same bytes as a again.pdf",
    "- notes.txt    its name doesn't end in .pdf (NOT_NAMED_PDF)",
    "2 copied, 1 the same as another, 1 passed over",
    "autod is not running; autod run takes what was copied",
    "",
  ]);
  t.deepEqual(await home.left(), ["Inbox/2024/b.pdf", "Inbox/a again.pdf"]);
});

test("while autod runs, what became of each is told: filed, quarantined, known, refused", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await using running = startRunning(home, sandbox.key);
  await watched(home);
  const papers = await papersIn(home);
  const broken = join(home.folder, "broken.pdf");
  await saved(broken, "no PDF");

  const first = await add(home, join(papers, "a.pdf"));
  t.is(first.code, 0);
  t.regex(
    first.stdout,
    /^✓ a\.pdf {2}[0-9a-f]{12} Nordlicht Energie GmbH – .+ → 2026\/\w+\/2026-01-15 .+\.pdf\n$/,
  );

  const { code, stdout } = await add(home, papers, broken, join(home.folder, "nowhere.pdf"));
  t.is(code, 1);
  t.regex(stdout, /^= a\.pdf +[0-9a-f]{12} is filed already → 2026\//m);
  t.regex(stdout, /^✓ 2024\/b\.pdf +[0-9a-f]{12} Nordlicht/m);
  t.regex(stdout, /^✗ broken\.pdf +[0-9a-f]{12} → quarantine: .*\(NOT_A_PDF\)$/m);
  t.regex(stdout, /^✗ nowhere\.pdf +there is no such file \(FILE_MISSING\)$/m);
  t.regex(stdout, /^1 filed, 1 quarantined .*, 2 known already, 1 refused, 1 passed over$/m);
  t.deepEqual(await home.left(), []);

  const [archived] = (await home.records()).filter(({ status }) => status === "archived");
  await rm(archived?.filedAs ?? "");
  const again = await add(home, papers, "--json");
  t.is(again.code, 0);
  const told = JSON.parse(again.stdout) as Addition[];
  const refiled = told.filter(({ verdict }) => verdict === "filed");
  t.deepEqual(
    refiled.map(({ record }) => [record?.id, record?.filedAs, record?.attempts]),
    [[archived?.id, archived?.filedAs, 2]],
  );
  running.signal("SIGTERM");
  await running.ended();
});

test("what has to wait ends it with 69, and so does what waits behind it", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  await using _running = startRunning(home, "sk-wrong");
  await watched(home);
  const papers = await papersIn(home);
  const first = await add(home, join(papers, "a.pdf"));
  t.is(first.code, 69);
  t.regex(first.stdout, /^… a\.pdf {2}[0-9a-f]{12} waits for the account \(KEY_REJECTED\)\n$/);
  const second = await add(home, join(papers, "2024", "b.pdf"));
  t.is(second.code, 69);
  t.regex(second.stdout, /^… b\.pdf {2}.*\(KEY_REJECTED\)\n$/);
});

test("told not to follow, it ends when the files are copied", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {}, { settle: "1h", patience: "10h" });
  await using _running = startRunning(home, sandbox.key);
  await watched(home);
  const { code, stdout } = await add(home, join(await papersIn(home), "a.pdf"), "--no-follow");
  t.is(code, 0);
  t.is(stdout, "+ a.pdf  is in the inbox\nautod goes on with what was copied\n");
});

test("stopped while it follows, it says so, and what was copied stays", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, {}, { settle: "1h", patience: "10h" });
  await using _running = startRunning(home, sandbox.key);
  await watched(home);
  const path = join(await papersIn(home), "a.pdf");
  const following = startAutod(["add", path, "--config", home.configFile]);
  const stdout = text(following.stdout);
  await until(async () => (await home.left()).includes("Inbox/a.pdf"));
  following.kill("SIGINT");
  const [code] = await once(following, "exit");
  t.is(code, 69);
  t.is(await stdout, "1 copied\nstopped\nautod goes on with what was copied\n");
  t.deepEqual(await home.left(), ["Inbox/a.pdf"]);
});

test("among several folders one has to be named, and its nearest name is said", async (t) => {
  await using home = await makeHome({
    folders: ["scans", "letters"].map((name) => ({
      name,
      inbox: `./${name}`,
      archive: "./Archive",
      quarantine: "./Quarantine",
    })),
  });
  await mkdir(join(home.folder, "letters"));
  const path = join(await papersIn(home), "a.pdf");
  const none = await add(home, path);
  t.is(none.code, 2);
  t.regex(none.stderr, /there are several watched folders: scans, letters/);
  const unknown = await add(home, path, "--folder", "leters");
  t.is(unknown.code, 2);
  t.regex(unknown.stderr, /no watched folder is called leters; did you mean letters\?/);
  t.is((await add(home, path, "--folder", "letters")).code, 0);
  const away = await add(home, path, "--folder", "scans");
  t.is(away.code, 1);
  t.regex(away.stderr, /scans doesn't exist .*FOLDER_MISSING/);
});

test("what a file is called can't command a terminal", async (t) => {
  await using home = await makeHome();
  const name = "evil\u001b[2J.pdf";
  const { path } = await saved(join(home.folder, "Papers", name), "bytes");
  const { stdout } = await add(home, path);
  t.regex(stdout, /evil\\x1b\[2J\.pdf/);
  t.false(stdout.includes("\u001b"));
});

test("where autod ends while it is followed, that is said", async (t) => {
  await using sandbox = await openSandbox({ latency: 60_000 });
  await using home = await homeAt(sandbox);
  await using running = startRunning(home, sandbox.key);
  await watched(home);
  const papers = await papersIn(home);
  const added = add(home, join(papers, "a.pdf"));
  await until(async () => (await home.records()).length > 0);
  running.signal("SIGKILL");
  const { code, stdout } = await added;
  t.is(code, 0);
  t.regex(stdout, /^autod is not running; autod run takes what was copied$/m);
});
