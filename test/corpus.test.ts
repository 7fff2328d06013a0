import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { corpus, dropCorpus, readEntries, withCorpus } from "./helpers/corpus.ts";
import { expectFiled, sha256 } from "./helpers/expect-filed.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

withCorpus(
  "files every byte of a corpus of real PDFs, and sends none that can't be read",
  async (t) => {
    await using sandbox = await openSandbox();
    await using home = await homeAt(sandbox);
    const names = await dropCorpus(home);
    const all = await Promise.all(names.map((name) => readFile(join(corpus, name))));

    const tally = await runOnce(home, sandbox);

    t.is(tally.waiting + tally.failed + tally.ignored, 0);
    await expectFiled(t, home, all);
    const entries = await readEntries();
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
