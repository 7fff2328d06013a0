import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { openCopies } from "../../src/stages/copy.ts";
import { openingBy } from "../../src/stages/opening.ts";
import { sha256 } from "../helpers/expect-filed.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { profileWith } from "../openai/asking.ts";

const copy = Buffer.from("a copy");
const openingOf = openingBy(() => Promise.resolve(["open sesame"]));

test("a copy is asked for where a profile has pages left out, or passwords, and then as it says", async (t) => {
  const path = join(await emptyFolder(t), "scan.pdf");
  await writeFile(path, "whole");
  const asked: unknown[] = [];
  const inspector = { copy: async (...how: unknown[]) => (asked.push(how), copy) };
  const copyOf = openCopies(inspector, openingOf);
  const ask = (settings: Readonly<Record<string, unknown>>) =>
    copyOf(path, sha256(Buffer.from("whole")), profileWith(settings));
  t.is(await ask({}), null);
  t.deepEqual(asked, []);
  t.is(await ask({ maxPages: 2 }), copy);
  t.is(await ask({ passwords: ["open sesame"] }), copy);
  t.is(await ask({ passwords: "~/passwords" }), copy);
  const passwords = ["open sesame"];
  t.deepEqual(asked, [
    [path, { passwords, maxPages: 2 }],
    [path, { passwords, maxPages: null }],
    [path, { passwords, maxPages: null }],
  ]);
});

test("what changed while it was copied is not sent", async (t) => {
  const path = join(await emptyFolder(t), "scan.pdf");
  await writeFile(path, "whole");
  for (const made of [copy, null]) {
    const inspector = { copy: async () => (await writeFile(path, "another"), made) };
    const copied = openCopies(inspector, openingOf)(
      path,
      sha256(Buffer.from("whole")),
      profileWith({ maxPages: 2 }),
    );
    await t.throwsAsync(copied, { code: "FILE_CHANGED" });
    await writeFile(path, "whole");
  }
});
