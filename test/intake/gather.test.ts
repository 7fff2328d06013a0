import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { gather } from "../../src/intake/gather.ts";
import { saved } from "../filing/rooms.ts";
import { makeHome } from "../helpers/home.ts";

/** What is found at a path, as "name" or "name: verdict code", sorted. */
async function found(path: string, home: Awaited<ReturnType<typeof makeHome>>): Promise<string[]> {
  const all = await Array.fromAsync(gather(path, home.config.folders));
  return all
    .map((one) => ("verdict" in one ? `${one.name}: ${one.verdict} ${one.code}` : one.name))
    .toSorted();
}

test("of a folder, the PDFs below it are found with their folders; the rest is passed over", async (t) => {
  await using home = await makeHome();
  const tree = join(home.folder, "Papers");
  await saved(join(tree, "a.pdf"));
  await saved(join(tree, "2024", "tax", "b.PDF"));
  await saved(join(tree, "2024", "letter.docx"));
  await saved(join(tree, "2024", ".hidden.pdf"));
  await saved(join(tree, ".git", "c.pdf"));
  await saved(join(tree, "half.pdf.part"));
  t.deepEqual(await found(tree, home), [
    "2024/.hidden.pdf: passed-over HIDDEN",
    "2024/letter.docx: passed-over NOT_NAMED_PDF",
    "2024/tax/b.PDF",
    "a.pdf",
    "half.pdf.part: passed-over TEMPORARY",
  ]);
});

test("what is named itself is refused with its reason", async (t) => {
  await using home = await makeHome();
  const papers = join(home.folder, "Papers");
  await mkdir(papers);
  await symlink(papers, join(home.folder, "linked"));
  await saved(join(home.folder, "notes.txt"));
  const refusals = {
    linked: "SYMBOLIC_LINK",
    "notes.txt": "NOT_NAMED_PDF",
    "nowhere.pdf": "FILE_MISSING",
  };
  for (const [name, code] of Object.entries(refusals)) {
    t.deepEqual(await found(join(home.folder, name), home), [`${name}: refused ${code}`]);
  }
});

test("what is watched already is refused, by whatever path it is named", async (t) => {
  await using home = await makeHome();
  const inside = [
    join(home.inbox, "a.pdf"),
    join(home.inbox, ".autod", "staging", "us", "claim", "b.pdf"),
    join(home.archive, "2026", "c.pdf"),
    join(home.quarantine, "d.pdf"),
  ];
  for (const path of inside) await saved(path);
  await symlink(home.folder, join(home.folder, "way"));
  for (const path of [...inside, home.inbox, join(home.folder, "way", "Archive", "2026")]) {
    const [one, ...more] = await found(path, home);
    t.regex(one ?? "", /: refused WATCHED$/);
    t.deepEqual(more, []);
  }
});

test("of a folder around a watched one, only what isn't watched is found", async (t) => {
  await using home = await makeHome();
  await saved(join(home.inbox, "a.pdf"));
  await saved(join(home.archive, "b.pdf"));
  await saved(join(home.folder, "Inbox of old", "c.pdf"));
  const all = await found(home.folder, home);
  t.deepEqual(
    all.filter((one) => one.includes(".pdf")),
    [
      "Archive/b.pdf: passed-over WATCHED",
      "Inbox of old/c.pdf",
      "Inbox/a.pdf: passed-over WATCHED",
    ],
  );
});
