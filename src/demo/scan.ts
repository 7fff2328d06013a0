import { buffer } from "node:stream/consumers";
import Pdf from "pdfkit";
import { type Grey, toPng } from "./png.ts";

/** What a scanner has of a sheet. */
export interface Scanned {
  readonly picture: Grey;
  /** What stands on it. */
  readonly transcript: string;
}

/**
 * One page that is only an image, with the specks of a scanner's glass: it has no text that could be copied.
 *
 * What stands on it goes along as "Transcript" among the facts about the file, where no program looks but the
 * stand-in for the API, which has no eyes; a model reads the image.
 */
export async function drawScan({ picture, transcript }: Scanned, created: Date): Promise<Buffer> {
  const info = { Producer: "Scanner", CreationDate: created, Transcript: transcript };
  const page = new Pdf({ size: "A4", margin: 0, info });
  const bytes = buffer(page);
  page.image(toPng(soiled(picture)), 0, 0, { width: page.page.width, height: page.page.height });
  page.end();
  return bytes;
}

/** Paper is not quite white, and neither is ink quite black. */
const [PAPER, INK] = [244, 38];
/** Of so many pixels one is a speck. */
const SPECKS = 700;

function soiled({ width, height, pixels }: Grey): Grey {
  const next = chance();
  const shade = (grey: number) => Math.round(INK + (grey / 255) * (PAPER - INK));
  return {
    width,
    height,
    pixels: pixels.map((grey) => shade(next() * SPECKS < 1 ? grey * 0.75 : grey)),
  };
}

/** Numbers from 0 to 1, the same each time (a linear congruential generator, by Numerical Recipes). */
function chance(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
