import { appendFile, lstat, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { Files } from "../../src/openai/files.ts";
import { shapeOf } from "../../src/shape.ts";
import { upload, uploadAgain } from "../../src/stages/upload.ts";
import { until } from "../helpers/watching.ts";
import { desk, retry } from "./desk.ts";

/** A Files API in memory. */
function filesWith(there: Set<string>) {
  let count = 0;
  return {
    upload: async () => {
      const id = `file-${(count += 1)}`;
      there.add(id);
      return id;
    },
    remove: async (id: string) => void there.delete(id),
  };
}

const copyOf = () => Promise.resolve(null);

/** The stage, with nothing else on its way. */
const uploading = (
  files: Pick<Files, "upload" | "remove">,
  { store }: Pick<Awaited<ReturnType<typeof desk>>, "store">,
) => upload({ filesOf: () => files, store, retry, copyOf, onItsWay: new Set() });

test("an upload is recorded, and used again while it is there", async (t) => {
  await using at = await desk();
  const there = new Set<string>();
  const files = filesWith(there);
  const stage = uploading(files, at);
  t.deepEqual(await stage.run(at.document, at.context), { fileId: "file-1", content: null });
  t.deepEqual(
    await stage.run(at.document, at.context),
    { fileId: "file-1", content: null },
    "used again",
  );
  t.is(there.size, 1);
  t.like(at.now()?.upload, { fileId: "file-1", deletedAt: null });
  t.deepEqual(at.log.events(), ["document.uploaded"]);
});

test("one that is said to be gone is made anew, and not left behind where it is there after all", async (t) => {
  await using at = await desk();
  const there = new Set<string>();
  const files = filesWith(there);
  const uploader = {
    filesOf: () => files,
    store: at.store,
    retry,
    copyOf,
    onItsWay: new Set<string>(),
  };
  await upload(uploader).run(at.document, at.context);
  t.is(await uploadAgain(uploader, at.document, at.context), "file-2");
  t.deepEqual([...there], ["file-2"]);
  const remove = () => Promise.reject(new Error("not now"));
  const failing = { ...uploader, filesOf: () => ({ ...files, remove }) };
  t.is(await uploadAgain(failing, at.document, at.context), "file-3", "whatever becomes of that");
  t.like(at.now()?.upload, { fileId: "file-3", deletedAt: null });
});

test("an upload is on its way until a record names it", async (t) => {
  await using at = await desk();
  const onItsWay = new Set<string>();
  const seen: unknown[] = [];
  const look = () => seen.push([onItsWay.has(at.document.sha256), at.now()?.upload?.fileId]);
  const files = filesWith(new Set());
  const filesOf = () => ({ ...files, upload: () => (look(), files.upload()) });
  const store = {
    ...at.store,
    update: async (...change: Parameters<typeof at.store.update>) => {
      look();
      return await at.store.update(...change);
    },
  };
  await upload({ filesOf, store, retry, copyOf, onItsWay }).run(at.document, at.context);
  await until(() => onItsWay.size === 0);
  look();
  t.deepEqual(seen, [
    [true, undefined],
    [true, undefined],
    [false, "file-1"],
  ]);
});

test("an upload that can't be recorded is deleted at once", async (t) => {
  await using at = await desk();
  const there = new Set<string>();
  const files = filesWith(there);
  const onItsWay = new Set<string>();
  const store = {
    ...at.store,
    update: () => Promise.reject(new Error("no space left")),
  };
  const stage = upload({ filesOf: () => files, store, retry, copyOf, onItsWay });
  t.deepEqual(await stage.run(at.document, at.context), { fileId: "file-1", content: null });
  t.true(onItsWay.has(at.document.sha256), "no sweep may take it meanwhile");
  await until(() => onItsWay.size === 0);
  t.is(there.size, 0);
});

test("an upload that a record names after all stays, for it is asked about", async (t) => {
  await using at = await desk();
  const there = new Set<string>();
  const onItsWay = new Set<string>();
  // Its own commit fails, and the next, which has it in it, doesn't.
  const store = {
    ...at.store,
    update: async (...change: Parameters<typeof at.store.update>) => {
      await at.store.update(...change);
      throw new Error("no space left");
    },
  };
  const stage = upload({ filesOf: () => filesWith(there), store, retry, copyOf, onItsWay });
  await stage.run(at.document, at.context);
  await until(() => onItsWay.size === 0);
  t.deepEqual([...there], [at.now()?.upload?.fileId]);
});

test("what is sent are the bytes that were hashed, as long as the file is what it was", async (t) => {
  await using at = await desk();
  const sent: unknown[] = [];
  const files = {
    upload: async (pdf: unknown) => `file-${sent.push(pdf)}`,
    remove: async () => undefined,
  };
  const stage = uploading(files, at);
  const staged = join(at.home.inbox, "scan.pdf");
  await writeFile(staged, "abc");
  const shape = shapeOf(await lstat(staged, { bigint: true }));
  const content = Buffer.from("abc");
  const document = { ...at.document, staged, content, shape };

  const learned = await stage.run(document, at.context);
  t.deepEqual(learned, { fileId: "file-1", content: null });
  t.deepEqual(sent, [content]);

  await at.store.update(document.sha256, { upload: null });
  await appendFile(staged, "d");
  await t.throwsAsync(stage.run(document, at.context), { code: "FILE_CHANGED" });
  await rm(staged);
  await t.throwsAsync(stage.run(document, at.context), { code: "ENOENT" });
  t.is(sent.length, 1);
});

test("nothing is uploaded where the profile sends the document in another way", async (t) => {
  await using at = await desk();
  const { profile } = at.document;
  const settings = { ...profile.settings, input: "inline" as const };
  const document = { ...at.document, profile: { ...profile, settings } };
  const files = {
    upload: () => Promise.reject(new Error("uploaded")),
    remove: async () => undefined,
  };
  const stage = uploading(files, at);
  t.deepEqual(await stage.run(document, at.context), { fileId: null, content: null });
});

test("nothing is uploaded for an answer that is in the making", async (t) => {
  await using at = await desk();
  const pending = {
    responseId: "resp_1",
    upperUsd: "0.1",
    profile: "default",
    profileRevision: "",
  };
  const files = {
    upload: () => Promise.reject(new Error("uploaded")),
    remove: async () => undefined,
  };
  const stage = uploading(files, at);
  t.deepEqual(await stage.run({ ...at.document, pending }, at.context), {
    fileId: null,
    content: null,
  });
});
