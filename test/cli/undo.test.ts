import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { lockStore } from "../../src/store/lock.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { expectFiled, sha256 } from "../helpers/expect-filed.ts";
import { filesBelow, type Home, makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { sent } from "../helpers/sent.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

const ask = (home: Home, ...words: string[]) => autod([...words, "--config", home.configFile]);

/** A home in whose archive stand documents that were filed in this year, in that order. */
async function homeWith(...years: readonly number[]) {
  const home = await makeHome();
  const records = await Promise.all(
    years.map(async (year, number) => {
      const bytes = Buffer.from(`document ${number}`);
      const filedAs = join(home.archive, `filed ${number}.pdf`);
      await writeFile(filedAs, bytes);
      const hash = sha256(bytes);
      const at = `${year}-06-01T00:00:00.000Z`;
      const path = join(home.inbox, `scan${number}.pdf`);
      return seededRecord(number, {
        id: hash.slice(0, 12),
        sha256: hash,
        bytes: bytes.length,
        filedAs,
        source: { path, name: `scan${number}.pdf`, arrivedAt: at },
        history: [{ at, by: "file", before: null, from: path, to: filedAs }],
      });
    }),
  );
  await seedStore(join(home.folder, "data"), records);
  return { home, records, [Symbol.asyncDispose]: home[Symbol.asyncDispose] };
}

test("undo puts back what it is told to, and says where, and what comes next", async (t) => {
  await using at = await homeWith(2020, 2021, 2022);
  const { home, records } = at;
  const [one, two, three] = records.map(({ id }) => id);
  await writeFile(records[1]!.filedAs!, "changed");
  const { code, stdout, stderr } = await ask(home, "undo", one!, two!);
  t.is(stderr, "");
  t.is(code, 1, "one was refused");
  t.deepEqual(stdout.split("\n"), [
    "id            from         back as",
    `${one}  filed 0.pdf  scan0.pdf`,
    "1 document went back; autod run leaves it alone until autod retry.",
    `${two}  refused: its file has changed since it was filed as ${records[1]!.filedAs}`,
    "",
  ]);
  t.deepEqual(await home.left(), ["Inbox/scan0.pdf"]);
  const [line] = await home.logs();
  const fields = { folder: "scans", id: one, from: records[0]!.filedAs };
  t.like(line, { event: "document.undone", path: join(home.inbox, "scan0.pdf"), ...fields });
  const again = await ask(home, "undo", three!, "--json");
  t.is(again.code, 0);
  t.like(JSON.parse(again.stdout), [{ id: three, verdict: "undone", from: records[2]!.filedAs }]);
});

test("undo --since takes what was filed since then, the newest first; --dry-run only says so", async (t) => {
  await using at = await homeWith(2020, 2022, 2023, 2021);
  const { home } = at;
  const before = await home.records();
  using held = lockStore(join(home.folder, "data"));
  const dry = await ask(home, "undo", "--since", "2021-01-01", "--dry-run");
  held[Symbol.dispose]();
  t.is(dry.code, 0);
  t.deepEqual(
    dry.stdout.split("\n").map((line) => line.split(/ {2,}/).slice(1).join(" → ")),
    [
      "from → would be back as",
      "filed 2.pdf → scan2.pdf",
      "filed 1.pdf → scan1.pdf",
      "filed 3.pdf → scan3.pdf",
      "",
      "",
    ],
  );
  t.regex(dry.stdout, /^3 documents would go back; nothing was moved\.$/m);
  t.deepEqual(await home.records(), before);
  t.deepEqual(await home.left(), []);

  t.is((await ask(home, "undo", "--since", "2021-01-01")).code, 0);
  t.deepEqual(await home.left(), ["Inbox/scan1.pdf", "Inbox/scan2.pdf", "Inbox/scan3.pdf"]);
  t.deepEqual(await home.filed(), ["Archive/filed 0.pdf"]);
  const none = await ask(home, "undo", "--since", "2021-01-01");
  t.is(none.code, 0);
  t.is(none.stdout, "nothing was done since then\n");
});

for (const words of [["undo"], ["undo", "3f2a9c", "--since", "2h"], ["undo", "--since", "soon"]]) {
  test(`"autod ${words.join(" ")}" ends with 2`, async (t) => {
    await using at = await homeWith(2020);
    const { code, stdout } = await ask(at.home, ...words);
    t.is(code, 2);
    t.is(stdout, "");
  });
}

test("while another autod holds the store and doesn't answer, undo ends with 75, and says what to do", async (t) => {
  await using at = await homeWith(2020);
  using _held = lockStore(join(at.home.folder, "data"));
  const { code, stderr } = await ask(at.home, "undo", "--since", "2020-01-01");
  t.is(code, 75);
  t.regex(stderr, /autod is running[^]*It doesn't answer/);
  t.deepEqual(await at.home.records(), at.records);
});

test("killed again and again, undo puts everything back once, and it is filed again for nothing", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const all = await Promise.all(Array.from({ length: 24 }, (_, index) => invoice(`RE-${index}`)));
  await Promise.all(all.map((bytes, index) => home.drop(`below/scan${index}.pdf`, bytes)));
  await runOnce(home, sandbox);
  const asked = sent(sandbox).length;
  const before = await home.records();
  const words = ["undo", "--since", "1h", "--config", home.configFile];

  for (let kills = 0; kills < 6; kills += 1) {
    const child = startAutod(words);
    const exited = once(child, "exit");
    child.stdout.resume();
    child.stderr.resume();
    // It dies at something else each time: after so many have gone.
    while ((await gone(home)) < kills * 4 + 1 && child.exitCode === null) await setTimeout(1);
    child.kill("SIGKILL");
    await exited;
    const files = [...(await home.filed()), ...(await home.left())];
    const there = await Promise.all(files.map((file) => readFile(join(home.folder, file))));
    t.deepEqual(distinct(there), distinct(all), "nothing is lost");
  }
  t.is((await ask(home, ...words.slice(0, 3))).code, 0);

  t.deepEqual(await home.filed(), []);
  t.deepEqual(await home.left(), all.map((_, index) => `Inbox/below/scan${index}.pdf`).toSorted());
  const undone = await home.records();
  t.deepEqual(new Set(undone.map(({ status }) => status)), new Set(["undone"]));
  t.true(undone.every(({ history }) => history.map(({ by }) => by).join() === "file,undo"));
  t.deepEqual(await readdir(home.archive), []);

  const run = { archived: 0, duplicate: 0, waiting: 0 };
  t.like(await runOnce(home, sandbox), run);
  t.is((await ask(home, "retry", ...undone.map(({ id }) => id))).code, 0);
  t.like(await runOnce(home, sandbox), { ...run, archived: all.length });
  await expectFiled(t, home, all);
  const names = (records: typeof undone) => new Set(records.map(({ filedAs }) => filedAs));
  t.deepEqual(names(await home.records()), names(before));
  t.is(sent(sandbox).length, asked);
});

const distinct = (files: readonly Buffer[]) => [...new Set(files.map(sha256))].toSorted();

/** How many have left the archive. */
const gone = async (home: Home): Promise<number> =>
  (await filesBelow(home.folder, "Inbox/below").catch(() => [])).length;
