import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { withDir } from "tmp-promise";
import { drawScan } from "../../src/demo/scan.ts";
import { takePicture } from "../../src/pdf/picture.ts";
import { openScanner } from "./scanner.ts";

/** An A4 sheet at 72 dots per inch, black but for its right half. */
const [width, height] = [595, 842];
const pixels = Uint8Array.from({ length: width * height }, (_, at) =>
  at % width < width / 2 ? 0 : 255,
);
const created = new Date("2026-03-02T09:30:00Z");

test("a scan shows its picture, a little soiled, and holds no text but its transcript", async (t) => {
  await using scanner = openScanner();
  const scan = await drawScan(
    { picture: { width, height, pixels }, transcript: "Größe: 5 €" },
    created,
  );

  const seen = await takePicture(scan, { resolution: 72, tilt: 0 });
  t.deepEqual([seen.width, seen.height], [width, height]);
  const row = seen.pixels.subarray(width * 400, width * 401);
  t.true(row.subarray(0, 290).every((grey) => grey < 60));
  t.true(row.subarray(305).every((grey) => grey > 150));
  const right = seen.pixels.filter((_, at) => at % width > 305);
  t.true(new Set(right).size > 1, "there are specks");

  await withDir(
    async ({ path: folder }) => {
      const path = join(folder, "scan.pdf");
      await writeFile(path, scan);
      t.deepEqual(await scanner.inspector.text(path), [""]);
      t.is(await scanner.inspector.transcript(path), "Größe: 5 €");
    },
    { unsafeCleanup: true },
  );
});
