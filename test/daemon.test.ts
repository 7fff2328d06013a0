import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { openDaemon, type Summary } from "../src/daemon.ts";
import type { Sandbox } from "../src/sandbox/sandbox.ts";
import { expectFiled } from "./helpers/expect-filed.ts";
import { type Home, makeHome } from "./helpers/home.ts";
import { invoice, pdf } from "./helpers/pdf.ts";
import { openSandbox } from "./helpers/sandbox.ts";

async function homeAt(sandbox: Sandbox, settings = {}, folder = {}): Promise<Home> {
  return makeHome({ openai: { baseUrl: sandbox.url }, ...settings }, folder);
}

async function runOnce(home: Home, sandbox: Sandbox): Promise<Summary> {
  await using daemon = await openDaemon(home.config, { keys: new Map([["openai", sandbox.key]]) });
  return await daemon.once();
}

test("reads, records and files a PDF, and deletes its upload", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const bytes = await invoice("RE-2026-0042");
  const path = await home.drop("scan0001.pdf", bytes);

  const { tally } = await runOnce(home, sandbox);

  t.is(tally.archived, 1);
  await expectFiled(t, home, [bytes]);
  const [record] = await home.records();
  t.is(record?.status, "archived");
  t.is(record?.source.path, path);
  t.is(record?.extraction?.issuer, "Nordlicht Energie GmbH");
  t.is(record?.extraction?.documentDate, "2026-01-15");
  t.is(record?.extraction?.totalAmount, "95.20");
  t.is(record?.calls.length, 1);
  t.regex(
    record?.filedAs ?? "",
    /Archive\/2026\/[A-Z]\w+\/2026-01-15 Nordlicht Energie GmbH - .+\.pdf$/,
  );
  t.deepEqual(await readFile(record?.filedAs ?? ""), bytes);
  t.deepEqual(sandbox.files(), []);
  t.truthy(record?.upload?.deletedAt);
});
