import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { fingerprintAt, scanAt } from "../src/fingerprint.ts";
import { makeHome } from "./helpers/home.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const odd = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, at) => at % 251));

for (const bytes of [0, 1, 262_144, 262_145, 1_048_576, 1_048_577]) {
  const kept = bytes <= 1_048_576 ? "kept" : "not kept";
  test(`a file of ${bytes} bytes is hashed whole, and its bytes are ${kept}`, async (t) => {
    await using home = await makeHome();
    const content = odd(bytes);
    const path = await home.drop("scan.pdf", content);
    const expected = { sha256: sha256(content), bytes };
    t.deepEqual(await fingerprintAt(path), expected);
    const { content: found, ...fingerprint } = await scanAt(path, bytes);
    t.deepEqual(fingerprint, expected);
    t.deepEqual(found, bytes <= 1_048_576 ? content : null);
  });
}

test("of a file that has another size than it is said to, no more is read, and no less", async (t) => {
  await using home = await makeHome();
  const path = join(home.inbox, "scan.pdf");
  await writeFile(path, "abcdef");
  t.like(await scanAt(path, 3), { bytes: 3, content: Buffer.from("abc") });
  t.like(await scanAt(path, 9), { bytes: 6, content: Buffer.from("abcdef") });
});
