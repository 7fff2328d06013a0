import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { sweepOrphans } from "../../src/intake/orphans.ts";
import { captureLogs } from "../helpers/capture-logs.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { profileWith } from "../openai/asking.ts";

const hash = (digit: string) => digit.repeat(64);

/** Sweeps a server that lists these uploads; gives the ids that it is told to delete. */
async function swept(
  listed: Readonly<Record<string, string>>,
  {
    records = [seededRecord(7)],
    onItsWay = new Set<string>(),
    profiles = [profileWith()],
    error,
  }: Partial<{
    records: ReturnType<typeof seededRecord>[];
    onItsWay: Set<string>;
    profiles: ReturnType<typeof profileWith>[];
    error: AutodError;
  }> = {},
) {
  const gone: string[] = [];
  const log = captureLogs();
  const files = {
    async *list() {
      for (const [fileId, sha256] of Object.entries(listed)) {
        yield { fileId, sha256: sha256.slice(0, 12) };
      }
      if (error) throw error;
    },
    remove: async (fileId: string) => void gone.push(fileId),
  };
  await sweepOrphans({
    store: { all: () => records },
    profiles,
    filesOf: () => files,
    onItsWay,
    signal: new AbortController().signal,
    log: log.logger,
  });
  return { gone, log };
}

test("what no record names is deleted, and told", async (t) => {
  const { gone, log } = await swept({ "file-1": hash("a"), "file-2": hash("b") });
  t.deepEqual(gone, ["file-1", "file-2"]);
  t.deepEqual(log.events(), ["upload.swept", "upload.swept"]);
});

test("where nothing was ever sent, nothing is looked for", async (t) => {
  const error = new AutodError("API_UNREACHABLE", "no line");
  const { log } = await swept({}, { records: [], error });
  t.deepEqual(log.lines(), []);
});

test("what a record names is left to its document", async (t) => {
  const upload = { fileId: "file-1", uploadedAt: "2026-01-01T00:00:00.000Z", deletedAt: null };
  const records = [seededRecord(1, { upload })];
  const { gone } = await swept({ "file-1": hash("a"), "file-2": hash("a") }, { records });
  t.deepEqual(gone, ["file-2"]);
});

test("what a record says is deleted, and is there still, is deleted again", async (t) => {
  const [uploadedAt, deletedAt] = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:01:00.000Z"];
  const upload = { fileId: "file-1", uploadedAt, deletedAt };
  const { gone } = await swept({ "file-1": hash("a") }, { records: [seededRecord(1, { upload })] });
  t.deepEqual(gone, ["file-1"]);
});

test("what may be on its way to a record right now is left alone, whatever its id", async (t) => {
  const onItsWay = new Set([hash("a")]);
  const { gone } = await swept({ "file-1": hash("a"), "file-2": hash("b") }, { onItsWay });
  t.deepEqual(gone, ["file-2"]);
});

test("a server that several profiles name is swept once, and one that gets no files isn't", async (t) => {
  const textual = profileWith({ input: "text" });
  const profiles = [textual, profileWith(), profileWith({ effort: "high" })];
  t.deepEqual((await swept({ "file-1": hash("a") }, { profiles })).gone, ["file-1"]);
  t.deepEqual((await swept({ "file-1": hash("a") }, { profiles: [textual] })).gone, []);
});

test("a server without such a list is left alone quietly, and other trouble is told", async (t) => {
  const quiet = await swept({}, { error: new AutodError("ENDPOINT_MISSING", "no") });
  t.deepEqual(quiet.log.lines(), []);
  const told = await swept({}, { error: new AutodError("API_UNREACHABLE", "no line") });
  t.like(told.log.lines(), [{ msg: "uploads not swept", error: { code: "API_UNREACHABLE" } }]);
});
