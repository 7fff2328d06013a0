import { once } from "node:events";
import { chmod, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { DocumentRecord } from "../../src/store/record.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { seededRecord, seedStore } from "../helpers/seeded-store.ts";

const ask = (home: Home, ...words: string[]) =>
  autod(["export", ...words, "--config", home.configFile]);

/** A home that knows these documents. */
async function homeWith(...records: readonly DocumentRecord[]): Promise<Home> {
  const home = await makeHome();
  await seedStore(join(home.folder, "data"), records);
  return home;
}

type Read = NonNullable<DocumentRecord["extraction"]>;

const recordWith = (change: Partial<Read>, number = 1): DocumentRecord => {
  const { extraction } = seededRecord(number);
  return seededRecord(number, { extraction: extraction && { ...extraction, ...change } });
};

/** The rows of a CSV, read by a reader of our own. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  return rows.slice(0, -1);
}

const asObjects = (csv: string): Readonly<Record<string, string>>[] => {
  const [names = [], ...rows] = rowsOf(csv);
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])));
};

test("jsonl is one whole record a line", async (t) => {
  const records = [seededRecord(1), seededRecord(2)];
  await using home = await homeWith(...records);
  const { code, stdout, stderr } = await ask(home, "--format", "jsonl");
  t.is(stderr, "");
  t.is(code, 0);
  t.is(stdout, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
});

test("csv is a flat table, with what belongs together joined and a column for each field of one's own", async (t) => {
  const references = [
    { label: "Invoice", value: "R-1" },
    { label: "Customer", value: "7" },
  ];
  const fields = { mileage: 12.5, kinds: ["a", "b"], total: true };
  const read = recordWith({ references, tags: ["a", "b"], fields });
  const unread = seededRecord(2, { extraction: null, status: "quarantined", filedAs: null });
  await using home = await homeWith(read, unread);
  const { stdout } = await ask(home, "--format", "csv");
  const [first, second] = asObjects(stdout);
  t.like(first, {
    id: read.id,
    status: "archived",
    date: "2026-01-15",
    issuer: "Stadtwerke",
    category: "Utilities",
    kind: "invoice",
    currency: "EUR",
    total: "95.20",
    dueDate: "2026-01-31",
    references: "Invoice: R-1; Customer: 7",
    tags: "a; b",
    costUsd: "0.00075704",
    file: read.filedAs ?? "",
    source: read.source.path,
    mileage: "12.5",
    kinds: "a; b",
    "fields.total": "true",
  });
  t.like(second, { id: unread.id, status: "quarantined", title: "", mileage: "", file: "" });
});

test("csv is RFC 4180 with the mark that Excel looks for, unless it is not wanted", async (t) => {
  await using home = await homeWith(recordWith({ title: 'Said "yes", twice' }));
  const output = join(home.folder, "all.csv");
  await ask(home, "--format", "csv", "--output", output);
  const stdout = await readFile(output, "utf8");
  t.true(stdout.startsWith("\ufeffid,status,"));
  t.true(stdout.includes(',"Said ""yes"", twice",'));
  t.is(stdout.split("\r\n").length, 3);
  await ask(home, "--format", "csv", "--output", output, "--force", "--no-bom");
  t.is(await readFile(output, "utf8"), stdout.slice(1));
});

test("nothing that was read is reckoned by a spreadsheet, but a negative amount stays a number", async (t) => {
  const texts = ["=1+1", "+1", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1"];
  const records = texts.map((title, at) => recordWith({ title, issuer: title }, at));
  const owed = recordWith({ totalAmount: "-12.50", amountDue: "-=1", fields: { "=x": -3 } }, 99);
  await using home = await homeWith(...records, owed);
  const rows = asObjects((await ask(home, "--format", "csv")).stdout);
  for (const { title, issuer } of rows.slice(0, -1)) {
    t.regex(title ?? "", /^'[=+@\uff1d-]/);
    t.is(issuer, title);
  }
  t.like(rows.at(-1), { total: "-12.5", amountDue: "'-=1", "'=x": "-3" });
});

test("a record is one line of csv, and commands no terminal", async (t) => {
  await using home = await homeWith(recordWith({ summary: "a\nb\r\n\u001b[2Jc\u009bd" }));
  const { stdout } = await ask(home, "--format", "csv");
  t.is(asObjects(stdout)[0]?.["summary"], "a b [2Jc d");
  t.notRegex(stdout.replaceAll("\r\n", ""), /\p{Cc}/u);
});

test("what is exported can be chosen as in a list, and nothing is a table as well", async (t) => {
  await using home = await homeWith(seededRecord(1), seededRecord(2, { folder: "other" }));
  const { stdout } = await ask(home, "--format", "jsonl", "--folder", "other");
  t.is(stdout, `${JSON.stringify(seededRecord(2, { folder: "other" }))}\n`);
  const none = await ask(home, "--format", "csv", "--folder", "none");
  t.is(none.code, 0);
  t.regex(none.stdout, /^id,status,[^\r\n]*\r\n$/);
  t.regex(none.stderr, /none of 2 documents fits --folder none/);
});

test("a file is written whole, for its owner only, and never over another unless that is asked for", async (t) => {
  await using home = await homeWith(seededRecord(1));
  const output = join(home.folder, "all.jsonl");
  const write = (...words: string[]) =>
    ask(home, "--format", "jsonl", "--output", output, ...words);
  const { code, stdout } = await write();
  t.is(code, 0);
  t.is(stdout, `1 document written to ${output}\n`);
  t.is(await readFile(output, "utf8"), `${JSON.stringify(seededRecord(1))}\n`);
  t.is((await stat(output)).mode & 0o777, 0o600);

  await writeFile(output, "mine");
  const refused = await write();
  t.is(refused.code, 2);
  t.regex(refused.stderr, /all\.jsonl exists already/);
  t.is(await readFile(output, "utf8"), "mine");
  t.is((await write("--force")).code, 0);
  t.not(await readFile(output, "utf8"), "mine");
  t.deepEqual((await readdir(home.folder)).toSorted(), [
    "Archive",
    "Inbox",
    "Quarantine",
    "all.jsonl",
    "autod.yaml",
    "data",
  ]);
});

test("what is no regular file is not replaced, and a place that takes none is named", async (t) => {
  await using home = await homeWith(seededRecord(1));
  const link = join(home.folder, "link.jsonl");
  await symlink("/dev/null", link);
  const write = (output: string) => ask(home, "--format", "jsonl", "--force", "--output", output);
  const linked = await write(link);
  t.is(linked.code, 2);
  t.regex(linked.stderr, /link\.jsonl is no regular file/);
  const missing = join(home.folder, "missing/all.jsonl");
  const { code, stderr } = await write(missing);
  t.is(code, 1);
  t.true(stderr.includes(`${missing}: no such file or directory`));

  if (process.getuid?.() === 0) return t.log("left out: root may write everywhere");
  await chmod(home.archive, 0o500);
  t.regex((await write(join(home.archive, "all.jsonl"))).stderr, /all\.jsonl: permission denied/);
});

test("a reader that has seen enough is no error", async (t) => {
  await using home = await homeWith(...Array.from({ length: 2_000 }, (_, at) => seededRecord(at)));
  const child = startAutod(["export", "--format", "jsonl", "--config", home.configFile]);
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = (await once(child, "close")) as [number | null];
  t.is(said, "");
  t.is(code, 0);
});

test("without a format it says which there are", async (t) => {
  await using home = await makeHome();
  for (const words of [[], ["--format", "xml"]]) {
    const { code, stderr } = await ask(home, ...words);
    t.is(code, 2);
    t.regex(stderr, /csv.*jsonl/);
  }
});
