import test from "ava";
import { forget } from "../../src/cli/forget.ts";
import { list } from "../../src/cli/list.ts";
import { show } from "../../src/cli/show.ts";
import { status } from "../../src/cli/status.ts";
import { openStore } from "../../src/store/store.ts";
import { answerIn } from "../cli/answer.ts";
import { autod } from "../helpers/cli.ts";
import { invoiceText, pdf } from "../helpers/pdf.ts";
import { runOnce } from "../helpers/run-once.ts";
import { type Office, openOffice } from "./deeds/office.ts";

/** An invoice as another scan of it would be: other bytes, the same words. */
const scan = (page: string, number = "RE-7") => pdf({ pages: [invoiceText(number), page] });
const scans = async (...pages: readonly string[]) =>
  Object.fromEntries(
    await Promise.all(pages.map(async (page) => [`${page}.pdf`, await scan(page)] as const)),
  );

/** Which document each seems to be, by the names that they were saved under. */
async function marks({ home }: Office): Promise<Readonly<Record<string, string | null>>> {
  const records = await home.records();
  const nameOf = new Map(records.map(({ id, source }) => [id, source.name]));
  return Object.fromEntries(
    records.map(({ source, possibleDuplicateOf: twin }) => [
      source.name,
      twin && (nameOf.get(twin) ?? "a document that is gone"),
    ]),
  );
}

test("two documents that say the same are marked, each with the other, and both are filed", async (t) => {
  await using at = await openOffice(await scans("one"));
  t.deepEqual(await marks(at), { "one.pdf": null });
  await at.take({ ...(await scans("two")), "other.pdf": await scan("other", "RE-8") });
  t.deepEqual(await marks(at), { "one.pdf": "two.pdf", "other.pdf": null, "two.pdf": "one.pdf" });
  t.is((await at.home.filed()).length, 3);
  t.is((await at.of("two.pdf")).status, "archived");
});

test("read at the same time, they are marked too", async (t) => {
  await using at = await openOffice({}, { concurrency: 4 });
  await at.take(await scans("one", "two", "three", "four"));
  const found = await marks(at);
  t.is(Object.keys(found).length, 4);
  for (const [name, twin] of Object.entries(found)) {
    t.truthy(twin);
    t.not(twin, name);
  }
});

test("a third one is marked with the oldest, and the others stay as they are", async (t) => {
  await using at = await openOffice(await scans("one"));
  await at.take(await scans("two"));
  await at.take(await scans("three"));
  t.deepEqual(await marks(at), {
    "one.pdf": "two.pdf",
    "three.pdf": "one.pdf",
    "two.pdf": "one.pdf",
  });
});

test("an edit by which they are no more the same takes the marks back, and its undo puts them there again", async (t) => {
  await using at = await openOffice(await scans("one"));
  await at.take(await scans("two"));
  await at.edit("two.pdf", "totalAmount=95.21");
  t.deepEqual(await marks(at), { "one.pdf": null, "two.pdf": null });
  await at.undo("two.pdf");
  t.deepEqual(await marks(at), { "one.pdf": "two.pdf", "two.pdf": "one.pdf" });
  await at.undo("two.pdf");
  await at.edit("two.pdf", "totalAmount=95.21");
  t.deepEqual(await marks(at), { "one.pdf": null, "two.pdf": null }, "also of what was put back");
});

test("those that are left of three are marked with each other", async (t) => {
  await using at = await openOffice(await scans("one"));
  await at.take(await scans("two"));
  await at.take(await scans("three"));
  await at.edit("one.pdf", "documentDate=2026-01-16");
  t.deepEqual(await marks(at), {
    "one.pdf": null,
    "three.pdf": "two.pdf",
    "two.pdf": "three.pdf",
  });
});

test("of a document that is forgotten, or rejected, no mark is left", async (t) => {
  await using at = await openOffice(await scans("one"));
  await at.take(await scans("two"));
  await at.ask(forget, { yes: true }, (await at.of("one.pdf")).id);
  t.deepEqual(await marks(at), { "two.pdf": null });
  await at.take(await scans("three"));
  t.deepEqual(await marks(at), { "three.pdf": "two.pdf", "two.pdf": "three.pdf" });
  const { sha256 } = await at.of("three.pdf");
  {
    await using store = await openStore(at.home.config.dataDir);
    const doubt = { field: "issuer", code: "ISSUER_IS_ME", hard: true, message: "it is me" };
    await store.update(sha256, { status: "review", checks: [doubt] });
  }
  await at.reject("three.pdf");
  t.deepEqual(await marks(at), { "three.pdf": null, "two.pdf": null });
});

test("an edit that was cut off is finished by the next start, with its marks", async (t) => {
  await using at = await openOffice(await scans("one"));
  await at.take(await scans("two"));
  const { sha256, filedAs } = await at.of("two.pdf");
  {
    await using store = await openStore(at.home.config.dataDir);
    await store.update(sha256, ({ extraction }) => ({
      extraction: extraction && { ...extraction, totalAmount: "95.21" },
      work: {
        staged: filedAs ?? "",
        step: "file",
        reservedUsd: null,
        target: filedAs,
        responseId: null,
        stored: [],
      },
    }));
  }
  await runOnce(at.home, at.sandbox);
  t.is((await at.of("two.pdf")).work, null);
  t.deepEqual(await marks(at), { "one.pdf": null, "two.pdf": null });
});

test("run, list, show and status tell of them", async (t) => {
  await using at = await openOffice(await scans("one"));
  await at.home.drop("two.pdf", await scan("two"));
  const words = ["run", "--once", "--config", at.home.configFile];
  const { stdout, stderr } = await autod(words, { OPENAI_API_KEY: at.sandbox.key });
  const [one, two] = [await at.of("one.pdf"), await at.of("two.pdf")];
  t.true(`${stdout}${stderr}`.includes(`, looks like document ${one.id}`), stdout + stderr);
  t.deepEqual(
    (await at.ask(list, { possibleDuplicates: true })).facts.map(({ id }: { id: string }) => id),
    [two.id, one.id],
  );
  const said = await answerIn(at.home, show, {}, { args: [one.id] });
  const line = `looks like  document ${two.id}: same issuer, date, amount and number`;
  t.true(
    said.some((each) => each.replace(/ +/g, " ") === line.replace(/ +/g, " ")),
    said.join("\n"),
  );
  t.is((await at.ask(status)).facts.possibleDuplicates, 2);
  const overview = (await answerIn(at.home, status)).join("\n");
  t.regex(overview, /2 look like another .*autod list --possible-duplicates/);
});
