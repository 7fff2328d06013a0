import test from "ava";
import { type Picture, takePicture } from "../../src/pdf/picture.ts";
import { withContent } from "./handmade.ts";

/** A line across the middle of a page that is 600 points wide and 800 high. */
const page = withContent(Buffer.from("0 398 600 4 re f"));

/** Where, from the top, a column is black first. */
const black = ({ width, height, pixels }: Picture, column: number): number =>
  Array.from({ length: height }, (_, row) => pixels[row * width + column] ?? 255).findIndex(
    (grey) => grey < 64,
  );

test("a page is pictured in so many dots per inch, white where nothing is", async (t) => {
  const picture = await takePicture(page, { resolution: 36, tilt: 0 });
  t.deepEqual([picture.width, picture.height, picture.pixels.length], [300, 400, 120_000]);
  t.deepEqual([black(picture, 5), black(picture, 150), black(picture, 295)], [199, 199, 199]);
  t.is(picture.pixels.filter((grey) => grey === 255).length, 300 * 398);
});

test("a page that lies askew is pictured so, turned about its middle", async (t) => {
  const picture = await takePicture(page, { resolution: 72, tilt: 1 });
  // 295 · tan 1° is a little more than 5.
  const [left, middle, right] = [5, 300, 595].map((column) => black(picture, column));
  t.deepEqual([left, middle, right], [393, 398, 403]);
});
