import type { Config } from "../config/schema.ts";
import type { Arrival, Deduplicated, Extracted, Filed, Folder, Reserved } from "../document.ts";
import type { put, targetFor } from "../filing/archive.ts";
import type { retire } from "../filing/retire.ts";
import type { Recovery } from "../intake/recover.ts";
import type { Roots } from "../intake/roots.ts";
import type { Billing } from "../money/billing.ts";
import type { Extractor } from "../openai/extractor.ts";
import type { Profile } from "../openai/profile.ts";
import { type Pipeline, pipeline } from "../pipeline/pipeline.ts";
import type { Holds } from "../store/holds.ts";
import type { Store } from "../store/store.ts";
import { dedupe } from "./dedupe.ts";
import { extract, type Means } from "./extract.ts";
import { file } from "./file.ts";
import { hash } from "./hash.ts";
import { inspect } from "./inspect.ts";
import type { Measuring } from "./measure.ts";
import { firstReading, laterReading, type Notes } from "./notes.ts";
import { persist } from "./persist.ts";
import { reserve } from "./reserve.ts";
import { upload, uploadAgain, type Uploader } from "./upload.ts";

/** What the stages use. */
export interface Rooms {
  readonly config: Pick<Config, "limits" | "retry">;
  readonly store: Store;
  readonly holds: Holds;
  readonly measure: Measuring;
  readonly billing: Billing;
  /** What a profile sends of the text layer of a PDF. */
  readonly textOf: Means["textOf"];
  /** Other names under which an issuer is known to stand in documents. */
  readonly aliasesOf: Means["aliasesOf"];
  /** The reader at the server that a profile names. */
  readonly extractorOf: (profile: Profile) => Extractor;
  readonly uploader: Uploader;
  readonly targetFor: typeof targetFor;
  /** Marks a document and those that seem to be the same. */
  readonly markTwins: (sha256: string) => Promise<void>;
  readonly put: typeof put;
  readonly retire: typeof retire;
  /** Throws where the disks would refuse what comes of a document of so many bytes. */
  readonly requireRoom: (folder: Folder, bytes: number) => Promise<void>;
  readonly roots: Pick<Roots, "hiding">;
  readonly recovery: Pick<Recovery, "move">;
}

/** What happens to a document, in this order. */
export function processing(rooms: Rooms): Pipeline<Arrival, Filed> {
  const { store } = rooms;
  return preparing(rooms)
    .stage(upload(rooms.uploader))
    .stage(extract(means(rooms, firstReading)))
    .stage(persist(store, rooms.targetFor, rooms.markTwins))
    .stage(file(rooms.put));
}

/** What happens to a document that was filed, and is read once more: its file stays where it is. */
export function rereading(rooms: Rooms): Pipeline<Deduplicated, Extracted> {
  const { config, store, billing, measure } = rooms;
  return pipeline<Deduplicated>()
    .stage(inspect(measure, config.limits))
    .stage(reserve(billing, store))
    .stage(upload(rooms.uploader))
    .stage(extract(means(rooms, laterReading)));
}

const means = (rooms: Rooms, notes: Notes): Means => ({
  ...rooms,
  notes,
  retry: rooms.config.retry,
  copyOf: rooms.uploader.copyOf,
  uploadAgain: (document, context) => uploadAgain(rooms.uploader, document, context),
});

/** What happens to it before anything is sent: then it is known what reading it may cost. */
export function preparing(rooms: Preparation): Pipeline<Arrival, Reserved> {
  const { config, store, holds, measure, billing, retire, roots, recovery } = rooms;
  return pipeline<Arrival>()
    .stage(hash())
    .stage(dedupe({ store, holds, retire, roots, recovery }))
    .stage(inspect(measure, config.limits))
    .stage(reserve(billing, store));
}

type Preparation = Pick<
  Rooms,
  "holds" | "measure" | "billing" | "retire" | "roots" | "recovery"
> & {
  readonly config: Pick<Config, "limits">;
  readonly store: Pick<Store, "find" | "commit" | "update" | "note" | "newId">;
};
