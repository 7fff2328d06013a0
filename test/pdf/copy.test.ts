import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { AutodError } from "../../src/errors.ts";
import { startInspector } from "../../src/pdf/inspector.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { pdf } from "../helpers/pdf.ts";
import { handmade } from "./handmade.ts";

const shared = startInspector();
test.after.always(() => shared[Symbol.asyncDispose]());

async function saved(t: ExecutionContext, bytes: Uint8Array): Promise<string> {
  const path = join(await emptyFolder(t), "scan0001.pdf");
  await writeFile(path, bytes);
  return path;
}

const pages = ["the first page, of three", "the second page, of three", "the third page, of three"];

/** What is in a copy, as whoever has no password reads it. */
async function within(t: ExecutionContext, copy: Uint8Array | null) {
  const path = await saved(t, copy ?? Buffer.alloc(0));
  return [await shared.text(path), (await shared.inspect(path)).encrypted] as const;
}

for (const version of ["1.3", "1.4", "1.6", "1.7", "1.7ext3"] as const) {
  test(`a PDF ${version} that is locked is copied without its password, whole or in part`, async (t) => {
    for (const others of [{}, { ownerPassword: "boss" }]) {
      const path = await saved(
        t,
        await pdf({ pages, password: "open sesame", version, ...others }),
      );
      const passwords = ["", "wrong", "open sesame", "wrong too"];
      t.like(await shared.inspect(path, { passwords }), { pages: 3, encrypted: true });
      t.deepEqual(await shared.text(path, { passwords }), pages);
      const whole = await shared.copy(path, { passwords });
      t.deepEqual(await within(t, whole), [pages, false]);
      const part = await shared.copy(path, { passwords, maxPages: 2 });
      t.deepEqual(await within(t, part), [pages.slice(0, 2), false]);
    }
  });

  test(`a PDF ${version} that opens without its password is copied where pages are left out`, async (t) => {
    const path = await saved(t, await pdf({ pages, ownerPassword: "boss", version }));
    t.is(await shared.copy(path, { passwords: ["boss"] }), null);
    t.is(await shared.copy(path, { maxPages: 3 }), null);
    t.deepEqual(await within(t, await shared.copy(path, { maxPages: 1 })), [
      ["the first page, of three"],
      false,
    ]);
  });

  test(`a PDF ${version} is opened by the password of its owner, and by one with umlauts`, async (t) => {
    const path = await saved(
      t,
      await pdf({ pages, password: "für", ownerPassword: "boss", version }),
    );
    for (const password of ["boss", "für"]) {
      const copy = await shared.copy(path, { passwords: [password] });
      t.deepEqual(await within(t, copy), [pages, false], password);
    }
  });
}

test("without the right password it stays locked, and none of those that were tried is told", async (t) => {
  const path = await saved(t, await pdf({ pages, password: "open sesame" }));
  const opening = { passwords: ["hunter2", "Open Sesame"], maxPages: 1 };
  for (const look of [shared.inspect, shared.text, shared.copy]) {
    const error = await t.throwsAsync<AutodError>(look(path, opening), { code: "PDF_PASSWORD" });
    t.notRegex(`${error.message}${error.stack}`, /hunter2|sesame/i);
  }
});

test("what is counted is what is sent, but for the pages", async (t) => {
  const path = await saved(t, await pdf({ pages: [pages[0]!, "", pages[2]!, "x".repeat(400)] }));
  const first = await shared.inspect(await saved(t, await pdf({ pages: [pages[0]!, ""] })));
  t.deepEqual(await shared.inspect(path, { maxPages: 2 }), { ...first, pages: 4 });
  t.like(first, { textPages: 1, characters: pages[0]!.length, formats: [{ pages: 2 }] as never });
  t.deepEqual(await shared.text(path, { maxPages: 2 }), [pages[0], ""]);
  t.is((await shared.text(path, { maxPages: null })).length, 4);
});

test("a text that is longer than anybody reads is cut", async (t) => {
  const count = 22;
  const kids = Array.from({ length: count }, (_, index) => `${index + 5} 0 R`).join(" ");
  const content = `BT /F 12 Tf 50 700 Td ${"(abcdefghij)Tj ".repeat(19_000)} ET`;
  const page =
    "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</Font <</F 3 0 R>>>>";
  const path = await saved(
    t,
    handmade([
      { dictionary: "/Type /Catalog /Pages 2 0 R" },
      { dictionary: `/Type /Pages /Kids [${kids}] /Count ${count}` },
      { dictionary: "/Type /Font /Subtype /Type1 /BaseFont /Helvetica" },
      { dictionary: "", stream: Buffer.from(content) },
      ...Array.from({ length: count }, () => ({ dictionary: page })),
    ]),
  );
  const texts = await shared.text(path);
  t.deepEqual(
    texts.map(({ length }) => length),
    [...Array(21).fill(190_000), 10_000],
  );
});

/** Two pages, and so many bytes of a picture on one of them. */
const pictured = (bytes: number, page: "first" | "second"): Buffer => {
  const resources = (of: typeof page) =>
    `/Resources <<${of === page ? "/XObject <</I 5 0 R>>" : ""}>>`;
  const sheet = "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]";
  return handmade([
    { dictionary: "/Type /Catalog /Pages 2 0 R" },
    { dictionary: "/Type /Pages /Kids [3 0 R 4 0 R] /Count 2" },
    { dictionary: `${sheet} ${resources("first")}` },
    { dictionary: `${sheet} ${resources("second")}` },
    {
      dictionary: `/Type /XObject /Subtype /Image /Width 1000 /Height ${bytes / 1000} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode`,
      stream: randomBytes(bytes),
    },
  ]);
};

test("nothing is in a copy that only pages need which are left out", async (t) => {
  const path = await saved(t, pictured(1_000_000, "second"));
  const copy = await shared.copy(path, { maxPages: 1 });
  t.true(copy!.length > 0 && copy!.length < 10_000, `${copy!.length} bytes`);
});

test("a copy of 40 MB is made within the limits, and under lower ones it is too hard", async (t) => {
  const path = await saved(t, pictured(40_000_000, "first"));
  const copy = await shared.copy(path, { maxPages: 1 });
  t.true(copy!.length > 40_000_000);
  await using narrow = startInspector({ memory: 200_000_000 });
  const easy = await saved(t, pictured(1_000_000, "first"));
  t.true((await narrow.copy(easy, { maxPages: 1 }))!.length > 1_000_000);
  await t.throwsAsync(narrow.copy(path, { maxPages: 1 }), { code: "PDF_TOO_HARD" });
});

test("a page that can't be copied is one of a damaged PDF", async (t) => {
  const path = await saved(
    t,
    handmade([
      { dictionary: "/Type /Catalog /Pages 2 0 R" },
      { dictionary: "/Type /Pages /Kids [3 0 R 9 0 R 4 0 R] /Count 3" },
      { dictionary: "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]" },
      { dictionary: "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]" },
    ]),
  );
  await t.throwsAsync(shared.copy(path, { maxPages: 2 }), { code: "PDF_DAMAGED" });
});
