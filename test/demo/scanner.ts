import type { Scan } from "../../src/demo/samples.ts";
import { textOfBytes } from "../../src/pdf/bytes.ts";
import { type Inspector, startInspector } from "../../src/pdf/inspector.ts";
import { takePicture } from "../../src/pdf/picture.ts";

/** A scanner as the demo has it, and the eyes to read with what comes out; disposing ends both. */
export function openScanner(): {
  readonly inspector: Inspector;
  readonly scan: Scan;
} & AsyncDisposable {
  const inspector = startInspector();
  const readText = textOfBytes(inspector);
  return {
    inspector,
    scan: async (sheet) => ({
      picture: await takePicture(sheet, { resolution: 72, tilt: 0.7 }),
      transcript: (await readText(sheet)).join("\n"),
    }),
    [Symbol.asyncDispose]: () => inspector[Symbol.asyncDispose](),
  };
}
