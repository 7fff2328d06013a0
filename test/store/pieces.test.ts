import { Readable } from "node:stream";
import test from "ava";
import { assert, asyncProperty, array, jsonValue, nat } from "fast-check";
import { type Piece, pieces } from "../../src/store/pieces.ts";

const found = async (
  chunks: readonly (string | Buffer)[],
  most?: { readonly line: number; readonly array: number },
): Promise<Piece[]> => {
  const text = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return await Array.fromAsync(pieces(text, "file", most));
};

test("values are found a line each, wherever the text is cut", async (t) => {
  // An array would be taken for all of them.
  const values = array(jsonValue().map((value) => ({ value })));
  await assert(
    asyncProperty(values, nat(50), async (written, size) => {
      const text = Buffer.from(written.map((one) => `${JSON.stringify(one)}\n`).join(""));
      const chunks: Buffer[] = [];
      for (let at = 0; at < text.length; at += size + 1)
        chunks.push(text.subarray(at, at + size + 1));
      const lines = await found(chunks);
      t.deepEqual(
        lines.map((one) => JSON.stringify("value" in one && one.value)),
        written.map((one) => JSON.stringify(one)),
      );
    }),
    { numRuns: 50 },
  );
});

test("the last line needs no end, and an empty one is none", async (t) => {
  t.deepEqual(await found(["\ufeff1\n\n2"]), [
    { place: "file:1", value: 1 },
    { place: "file:3", value: 2 },
  ]);
  t.deepEqual(await found([]), []);
});

test("the values of an array are found as well, over as many lines as it likes", async (t) => {
  const expected = [
    { place: "file, record 1", value: { a: "[" } },
    { place: "file, record 2", value: 2 },
  ];
  t.deepEqual(await found(['[{"a": "["}, 2]']), expected);
  t.deepEqual(await found(['\ufeff \n[\n  {\n"a', '": "["\n}', ",\n2\n]\n"]), expected);
  t.deepEqual(await found(["[]"]), []);
});

test("what is no JSON or no UTF-8 is told with its place, and what follows is found", async (t) => {
  const [torn, latin, sound, list] = await found(['{"a\n', Buffer.from([0xff, 10]), "1\n[2]\n"]);
  t.like(torn, { place: "file:1" });
  t.regex(torn && "fault" in torn ? torn.fault : "", /^is no JSON: /);
  t.deepEqual(latin, { place: "file:2", fault: "is no UTF-8" });
  t.deepEqual(sound, { place: "file:3", value: 1 });
  t.deepEqual(list, { place: "file:4", value: [2] });
});

test("a line that is too long is passed over, and never held", async (t) => {
  const most = { line: 1_000_000, array: 2_000_000 };
  const chunk = Buffer.alloc(64 * 1024, "x");
  // More than may be held at once, were it held.
  const text = (function* () {
    for (let count = 0; count < 40_000; count += 1) yield chunk;
    yield Buffer.from("\n2\n");
  })();
  const lines = await Array.fromAsync(pieces(Readable.from(text), "file", most));
  t.deepEqual(lines, [
    { place: "file:1", fault: "is longer than 1 MB" },
    { place: "file:2", value: 2 },
  ]);
});

test("an array that is too long is told of", async (t) => {
  const most = { line: 1_000_000, array: 2_000_000 };
  const line = `${" ".repeat(900_000)}1,\n`;
  t.deepEqual(await found(["[\n", line, line, line, "1]"], most), [
    { place: "file", fault: "is longer than 2 MB" },
  ]);
});
