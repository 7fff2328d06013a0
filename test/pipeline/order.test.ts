import test from "ava";
import type {
  Arrival,
  Deduplicated,
  Hashed,
  Inspected,
  Reserved,
  Uploaded,
} from "../../src/document.ts";
import type { Pipeline } from "../../src/pipeline/pipeline.ts";
import { dedupe } from "../../src/stages/dedupe.ts";
import { extract } from "../../src/stages/extract.ts";
import { firstReading } from "../../src/stages/notes.ts";
import { file } from "../../src/stages/file.ts";
import type { Rooms } from "../../src/stages/index.ts";
import { inspect } from "../../src/stages/inspect.ts";
import { persist } from "../../src/stages/persist.ts";
import { reserve } from "../../src/stages/reserve.ts";
import { upload } from "../../src/stages/upload.ts";

/** Pipelines that have come so far. */
interface UpTo {
  readonly arrival: Pipeline<Arrival>;
  readonly hash: Pipeline<Arrival, Hashed>;
  readonly dedupe: Pipeline<Arrival, Deduplicated>;
  readonly inspect: Pipeline<Arrival, Inspected>;
  readonly reserve: Pipeline<Arrival, Reserved>;
  readonly upload: Pipeline<Arrival, Uploaded>;
}

/** Never run: that each line marked so is an error is what the compiler checks. */
function misordered(upTo: UpTo, rooms: Rooms): void {
  const { config, store, measure, billing, put, targetFor } = rooms;
  const { uploader, extractorOf, textOf, aliasesOf } = rooms;
  const { retry } = config;
  const uploading = upload(uploader);
  const uploadAgain = () => Promise.resolve("");
  const requireRoom = () => Promise.resolve();
  const { copyOf } = uploader;
  const asking = { extractorOf, billing, store, retry, copyOf, requireRoom, uploadAgain };
  const extracting = extract({ ...asking, textOf, aliasesOf, notes: firstReading });

  // @ts-expect-error what has no hash can't be compared
  upTo.arrival.stage(dedupe(rooms));
  // @ts-expect-error what may be known already isn't inspected
  upTo.hash.stage(inspect(measure, config.limits));
  // @ts-expect-error what wasn't inspected has no price
  upTo.dedupe.stage(reserve(billing, store));
  // @ts-expect-error nothing is uploaded that no money is held for
  upTo.inspect.stage(uploading);
  // @ts-expect-error what wasn't uploaded can't be asked about
  upTo.reserve.stage(extracting);
  upTo.reserve.stage(uploading).stage(extracting);
  // @ts-expect-error what wasn't read can't be recorded
  upTo.upload.stage(persist(store, targetFor, async () => undefined));
  // @ts-expect-error what isn't recorded isn't filed
  upTo.upload.stage(extracting).stage(file(put));
}

test("stages in a wrong order don't compile", (t) => {
  t.is(typeof misordered, "function");
});
