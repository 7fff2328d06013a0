import { rename } from "node:fs/promises";
import test from "ava";
import { lockStore } from "../../src/store/lock.ts";
import { autod } from "../helpers/cli.ts";
import { makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";
import { type Office, openOffice } from "../intake/deeds/office.ts";

const ask = ({ home, sandbox }: Office, ...words: string[]) =>
  autod([...words, "--config", home.configFile], { OPENAI_API_KEY: sandbox.key });

const aside = async () =>
  openOffice({
    "good.pdf": await invoice("RE-1"),
    "scan.pdf": await invoice("RE-7", { date: "2099-01-15" }),
  });

test("edit tells where the file is by now, and what is known otherwise", async (t) => {
  await using at = await aside();
  const { id } = await at.of("scan.pdf");
  const { code, stdout, stderr } = await ask(at, "edit", id.slice(0, 8), "documentDate=2026-01-15");
  t.is(stderr, "");
  t.is(code, 0);
  const { filedAs } = await at.of("scan.pdf");
  t.deepEqual(stdout.split("\n"), [
    `${id}  is filed as ${filedAs}`,
    "    documentDate  2099-01-15 → 2026-01-15",
    "",
  ]);
  const [line] = (await at.home.logs()).slice(-1);
  t.like(line, { event: "document.edited", id, path: filedAs, folder: "scans" });
});

test("what is refused for one leaves the others done, and ends with 1", async (t) => {
  await using at = await aside();
  const [good, scan] = [await at.of("good.pdf"), await at.of("scan.pdf")];
  const { code, stdout } = await ask(at, "accept", good.id, scan.id);
  t.is(code, 1);
  t.true(stdout.startsWith(`${good.id}  refused: it is not in review: it is archived\n`), stdout);
  t.is((await at.of("scan.pdf")).status, "archived");
});

test("reject says where it is, and what comes next", async (t) => {
  await using at = await aside();
  const { id } = await at.of("scan.pdf");
  const { code, stdout } = await ask(at, "reject", id);
  t.is(code, 0);
  t.true(stdout.includes(`autod retry ${id}`), stdout);
  t.false(stdout.includes("→"), "what is no longer known is not listed");
});

test("history tells of each deed", async (t) => {
  await using at = await aside();
  const { id } = await at.of("scan.pdf");
  for (const words of [["accept"], ["undo"], ["reject"], ["undo"]]) {
    t.is((await ask(at, ...words, id)).code, 0);
  }
  t.is((await ask(at, "edit", id, "title=Power")).code, 0);
  const { stdout } = await ask(at, "history", "--json");
  const told = JSON.parse(stdout) as readonly { id: string; by: string }[];
  t.deepEqual(
    told.filter((one) => one.id === id).map(({ by }) => by),
    ["edit", "undo", "reject", "undo", "accept", "file"],
  );
});

test("while its archive is away everything is refused, and ends with 1", async (t) => {
  await using at = await aside();
  const before = await at.of("scan.pdf");
  await rename(at.home.archive, `${at.home.archive}.away`);
  for (const words of [
    ["accept", before.id],
    ["reject", before.id],
    ["edit", before.id, "title=Power"],
  ]) {
    t.is((await ask(at, ...words)).code, 1, words.join(" "));
  }
  t.deepEqual(await at.of("scan.pdf"), before);
});

for (const words of [
  ["edit"],
  ["edit", "ID"],
  ["edit", "ID", "title"],
  ["edit", "ID", "isuer=x"],
  ["edit", "ID", "documentDate=soon"],
  ["edit", "3f2a9c", "title=x"],
  ["accept"],
  ["accept", "3f2a9c"],
  ["reject"],
  ["rerun"],
  ["rerun", "ID", "--profile", "nobody"],
]) {
  test(`"autod ${words.join(" ")}" ends with 2, and changes nothing`, async (t) => {
    await using home = await makeHome();
    const record = seededRecord(1);
    await seedStore(home.config.dataDir, [record]);
    const given = words.map((word) => (word === "ID" ? record.id : word));
    const env = { OPENAI_API_KEY: "sk-unused" };
    const { code, stdout } = await autod([...given, "--config", home.configFile], env);
    t.is(code, 2);
    t.is(stdout, "");
    t.deepEqual(await home.records(), [record]);
  });
}

test("while another autod holds the store and doesn't answer each ends with 75, and says what to do; review only looks", async (t) => {
  await using at = await aside();
  const before = await at.of("scan.pdf");
  using _held = lockStore(at.home.config.dataDir);
  for (const words of [
    ["accept"],
    ["reject"],
    ["edit", "title=Power"],
    ["undo"],
    ["rerun", "--yes"],
  ]) {
    const [command = "", ...rest] = words;
    const { code, stderr } = await ask(at, command, before.id, ...rest);
    t.is(code, 75);
    t.regex(stderr, /autod is running[^]*It doesn't answer/);
  }
  t.is((await ask(at, "review")).code, 0);
  t.deepEqual(await at.of("scan.pdf"), before);
  t.is(at.sandbox.bills().length, 2);
});
