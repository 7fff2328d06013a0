import { join } from "node:path";
import test from "ava";
import type { DocumentRecord } from "../../src/store/record.ts";
import { autod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

const ask = (home: Home, ...words: string[]) =>
  autod(["history", ...words, "--config", home.configFile]);

type Entry = DocumentRecord["history"][number];

/** A home with a document that was filed, undone and filed again, and one that came from quarantine. */
async function homeWithTwo() {
  const home = await makeHome();
  const entry = (minute: number, by: Entry["by"], from: string, to: string): Entry => ({
    at: new Date(2026, 0, 1, 12, minute).toISOString(),
    by,
    before: null,
    from: join(home.folder, from),
    to: join(home.folder, to),
  });
  const one = seededRecord(1, {
    history: [
      entry(1, "file", "Inbox/a.pdf", "Archive/2026/A.pdf"),
      entry(3, "undo", "Archive/2026/A.pdf", "Inbox/a.pdf"),
      entry(5, "file", "Inbox/a.pdf", "Archive/2026/A.pdf"),
    ],
  });
  const two = seededRecord(2, {
    history: [
      entry(2, "retry", "Quarantine/evil\u001b[2J.pdf", "Inbox/b.pdf"),
      entry(4, "file", "Inbox/b.pdf", "Elsewhere/B.pdf"),
    ],
  });
  await seedStore(join(home.folder, "data"), [one, two]);
  return { home, one, two, [Symbol.asyncDispose]: home[Symbol.asyncDispose] };
}

test("what was done to documents is told newest first, with paths below their roots", async (t) => {
  await using at = await homeWithTwo();
  const { home, one, two } = at;
  const { code, stdout, stderr } = await ask(home);
  t.is(stderr, "");
  t.is(code, 0);
  t.deepEqual(
    stdout.split("\n").map((line) => line.split(/ {2,}/)),
    [
      ["when", "what", "id", "from", "to"],
      ["2026-01-01 12:05", "filed again", one.id, "a.pdf", "2026/A.pdf"],
      ["2026-01-01 12:04", "filed", two.id, "b.pdf", join(home.folder, "Elsewhere/B.pdf")],
      ["2026-01-01 12:03", "undone", one.id, "2026/A.pdf", "a.pdf"],
      ["2026-01-01 12:02", "retried", two.id, "evil\\x1b[2J.pdf", "b.pdf"],
      ["2026-01-01 12:01", "filed", one.id, "a.pdf", "2026/A.pdf"],
      [""],
    ],
  );
});

test("it is told of some documents, since a time, and so many", async (t) => {
  await using at = await homeWithTwo();
  const { home, one, two } = at;
  const told = async (...words: string[]) => {
    const { code, stdout } = await ask(home, ...words, "--json");
    t.is(code, 0);
    const moves: readonly (Entry & { readonly id: string })[] = JSON.parse(stdout);
    return moves.map(({ id, by }) => [id, by]);
  };
  t.deepEqual(await told(two.id), [
    [two.id, "file"],
    [two.id, "retry"],
  ]);
  t.deepEqual(await told("--since", "2026-01-01 12:04"), [
    [one.id, "file"],
    [two.id, "file"],
  ]);
  t.deepEqual(await told("--limit", "1"), [[one.id, "file"]]);
  t.deepEqual(await told("--limit", "0"), []);
  t.is((await ask(home, "--since", "2026-01-02")).stdout, "nothing was done\n");
});

test("its JSON holds each entry as the record does", async (t) => {
  await using at = await homeWithTwo();
  const { home, one } = at;
  const moves = JSON.parse((await ask(home, one.id, "--json")).stdout);
  const again = [true, false, false];
  t.deepEqual(
    moves,
    one.history
      .toReversed()
      .map((entry, number) => ({ ...entry, id: one.id, again: again[number] })),
  );
});

for (const words of [["3f2a9c"], ["--since", "soon"], ["--limit", "many"]]) {
  test(`"autod history ${words.join(" ")}" ends with 2`, async (t) => {
    await using at = await homeWithTwo();
    const { code, stdout } = await ask(at.home, ...words);
    t.is(code, 2);
    t.is(stdout, "");
  });
}
