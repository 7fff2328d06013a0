import { existsSync } from "node:fs";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { expectFiled, sha256 } from "./helpers/expect-filed.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

/**
 * Real PDFs of all kinds; index.jsonl says of each what it is. They are too many to lie here: where they
 * aren't at hand, the PDFs that the other tests make must do.
 */
const corpus = new URL("../../shared/corpus/", import.meta.url).pathname;
const withCorpus = existsSync(corpus) ? test : test.skip;

interface Entry {
  readonly sha256: string;
  readonly category: string;
}

withCorpus(
  "files every byte of a corpus of real PDFs, and sends none that can't be read",
  async (t) => {
    await using sandbox = await openSandbox();
    await using home = await homeAt(sandbox);
    const names = (await readdir(corpus)).filter((name) => name.endsWith(".pdf"));
    const all = await Promise.all(names.map((name) => readFile(join(corpus, name))));
    await Promise.all(names.map((name) => copyFile(join(corpus, name), join(home.inbox, name))));

    const tally = await runOnce(home, sandbox);

    t.is(tally.waiting + tally.failed + tally.ignored, 0);
    await expectFiled(t, home, all);
    const index = (await readFile(join(corpus, "index.jsonl"), "utf8")).trim().split("\n");
    const entries = index.map((line) => JSON.parse(line) as Entry);
    const records = new Map((await home.records()).map((record) => [record.sha256, record]));
    t.deepEqual([...records.keys()].toSorted(), [...new Set(all.map(sha256))].toSorted());
    for (const entry of entries) {
      const record = records.get(entry.sha256);
      if (["notpdf", "encrypted-password"].includes(entry.category))
        t.is(record?.status, "quarantined");
      if (["ok", "scan"].includes(entry.category)) t.is(record?.status, "archived");
      if (record?.status === "quarantined") t.is(record.upload, null);
    }
    const uploads = sandbox
      .requests()
      .filter(({ method, path }) => method === "POST" && path === "/v1/files");
    t.is(uploads.length, tally.archived);
    t.is(sandbox.bills().length, tally.archived);
    t.deepEqual(sandbox.files(), []);
  },
);
