import { appendFile, lstat } from "node:fs/promises";
import test from "ava";
import type { Arrival } from "../../src/document.ts";
import { shapeOf } from "../../src/shape.ts";
import { hash } from "../../src/stages/hash.ts";
import type { ProcessingContext } from "../../src/pipeline/stage.ts";
import { conditions } from "../helpers/conditions.ts";
import { type Home, makeHome } from "../helpers/home.ts";

const context = conditions() as ProcessingContext;

/** A file as it was just claimed. */
async function claimed({ config, drop }: Home, bytes: string) {
  const staged = await drop("scan.pdf", bytes);
  const shape = shapeOf(await lstat(staged, { bigint: true }));
  return { folder: config.folders[0], staged, shape } as unknown as Arrival;
}

test("who a document is, and what it was like then", async (t) => {
  await using home = await makeHome();
  const arrival = await claimed(home, "abc");
  t.deepEqual(await hash().run(arrival, context), {
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    bytes: 3,
    content: Buffer.from("abc"),
    shape: arrival.shape,
  });
});

test("what was written to since it was claimed begins anew, once it has been quiet", async (t) => {
  await using home = await makeHome();
  const arrival = await claimed(home, "abc");
  await appendFile(arrival.staged, "d");
  const error = await t.throwsAsync(async () => hash().run(arrival, context), {
    code: "FILE_CHANGED",
  });
  t.like(error, { retryAfter: 50 });
});
