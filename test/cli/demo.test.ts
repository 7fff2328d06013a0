import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import { withDir } from "tmp-promise";
import { type DemoOutcome, demoOutcome } from "../../src/demo/outcome.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { until } from "../helpers/watching.ts";

const inFolder = (use: (folder: string) => Promise<void>) =>
  withDir(({ path }) => use(path), { unsafeCleanup: true });

test("shows of each of a dozen documents what was read, where it went and what it cost", async (t) => {
  await inFolder(async (folder) => {
    const { code, stdout, stderr } = await autod(["demo"], { TMPDIR: folder });
    t.is(code, 0);
    t.is(stderr, "");
    const lines = stdout.split("\n");
    t.deepEqual(
      lines.filter((line) => line.length > 80 && !line.startsWith("Nothing was charged")),
      [],
    );
    const marks = lines.map((line) => line.slice(0, 2)).filter((mark) => /^[✓?=…✗] $/.test(mark));
    t.is(marks.join(""), `${"✓ ".repeat(9)}= ✗ ✗ `);
    t.regex(
      stdout,
      /^✓ scan0002\.pdf {2}invoice · Birkenhain GmbH · 1487\.50 EUR +2,\d+ {2}\$0\.000\d+$/m,
    );
    t.regex(stdout, /^✓ IMG_2044\.pdf {2}receipt · Copper Kettle LLC · 154\.86 USD +2,\d+ /m);
    t.is(
      [...stdout.matchAll(/^ {2}→ Archive\/2026\/[A-Z]\w+\/2026-0\d-\d\d .+\.pdf$/gm)].length,
      9,
    );
    t.regex(
      stdout,
      /^= scan000([45])\.pdf {2}same bytes as scan000(?!\1)[45]\.pdf: not asked again$/m,
    );
    t.regex(
      stdout,
      /^✗ noname\.pdf +the PDF needs a password\n {2}→ Quarantine\/noname\.pdf\n {2}Save a copy/m,
    );
    t.regex(stdout, /^✗ file\.pdf +the PDF is damaged .*\n {2}→ Quarantine\/file\.pdf\n {2}\S/m);
    t.regex(
      stdout,
      /^ {2}12 files +9 filed, 1 duplicate, 2 in quarantine +2\d,\d{3} {2}\$0\.00\d+$/m,
    );
    t.regex(
      stdout,
      /^Nothing was charged\. With gpt-5\.6-luna it would be about \$0\.00\d+, or \$0\.\d+ for/m,
    );
    t.regex(stdout, /^ {2}autod init /m);
    t.deepEqual(await readdir(folder), []);
  });
});

test("keeps its folder where it is told to, and says how to look around in it", async (t) => {
  await inFolder(async (folder) => {
    const { code, stdout } = await autod(["demo", "--keep"], { TMPDIR: folder });
    t.is(code, 0);
    const [name = ""] = await readdir(folder);
    t.true((await readdir(join(folder, name))).includes("Archive"));
    const config = /^ {2}autod list --config (.+)$/m.exec(stdout)?.[1] ?? "";
    const list = await autod(["list", "--config", config, "--json"]);
    t.is(JSON.parse(list.stdout).length, 11);
  });
});

test("prints its records for other programs", async (t) => {
  await inFolder(async (folder) => {
    const { code, stdout } = await autod(["demo", "--json"], { TMPDIR: folder });
    t.is(code, 0);
    const outcome: DemoOutcome = demoOutcome.parse(JSON.parse(stdout));
    t.is(outcome.folder, null);
    t.deepEqual(outcome.records.map(({ status }) => status).toSorted(), [
      ...Array.from({ length: 9 }, () => "archived"),
      "quarantined",
      "quarantined",
    ]);
  });
});

const entriesIn = (folder: string) => readdir(folder, { recursive: true }).catch(() => []);

const stopped = test.macro({
  title: (when) => `told to stop ${when}, it leaves no folder behind, though it was to be kept`,
  exec: (t, hasCome: (entries: readonly string[]) => boolean) =>
    inFolder(async (folder) => {
      const child = startAutod(["demo", "--keep"], { TMPDIR: folder });
      const note = text(child.stderr);
      await until(async () => hasCome(await entriesIn(folder)));
      child.kill("SIGINT");
      const [code] = await once(child, "exit");
      t.is(code, 0);
      t.is(await note, "stopped; nothing is left behind\n");
      t.deepEqual(await readdir(folder), []);
    }),
});

test("as it begins", stopped, (entries) => entries.length > 0);
test("in the middle", stopped, (entries) => entries.some((one) => /Inbox\/\.autod\//.test(one)));
