import { lstat, stat } from "node:fs/promises";
import test from "ava";
import { textOfBytes, transcriptOfBytes } from "../../src/pdf/bytes.ts";
import { startInspector } from "../../src/pdf/inspector.ts";
import { pdf } from "../helpers/pdf.ts";

test("reads the text of bytes, by a file that is nobody else's and goes again", async (t) => {
  await using inspector = startInspector();
  const seen: string[] = [];
  const read = textOfBytes({
    async text(path) {
      t.is((await stat(path)).mode & 0o777, 0o600);
      seen.push(path);
      return await inspector.text(path);
    },
  });

  t.deepEqual(await read(await pdf({ pages: ["one page", "another"] })), ["one page", "another"]);
  await t.throwsAsync(read(Buffer.from("junk")), { code: "NOT_A_PDF" });

  t.is(seen.length, 2);
  for (const path of seen) await t.throwsAsync(lstat(path), { code: "ENOENT" });
});

test("reads the transcript of bytes in the same way", async (t) => {
  await using inspector = startInspector();
  const read = transcriptOfBytes(inspector);
  t.is(await read(await pdf({ pages: ["one page"] })), "");
  await t.throwsAsync(read(Buffer.from("junk")), { code: "NOT_A_PDF" });
});
