import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { removeUpload, upload } from "../../src/stages/upload.ts";
import { desk, retry } from "./desk.ts";

const deadline = new AbortController().signal;

/** A Files API in memory. */
function filesWith(there: Set<string>) {
  return {
    upload: async () => {
      const id = `file-${there.size + 1}`;
      there.add(id);
      return id;
    },
    remove: async (id: string) => void there.delete(id),
  };
}

test("an upload is recorded, used again while it is there, and undone without a trace", async (t) => {
  await using at = await desk();
  const there = new Set<string>();
  const files = filesWith(there);
  const uploader = { filesOf: () => files, store: at.store, retry, deadline };
  const stage = upload(uploader);
  t.deepEqual(await stage.run(at.document, at.context), { fileId: "file-1" });
  t.deepEqual(await stage.run(at.document, at.context), { fileId: "file-1" }, "used again");
  t.is(there.size, 1);
  t.like(at.now()?.upload, { fileId: "file-1", deletedAt: null });

  await stage.undo?.(at.document, at.context);
  t.is(there.size, 0);
  t.truthy(at.now()?.upload?.deletedAt);
  await stage.undo?.(at.document, at.context);
  await removeUpload(uploader, at.document.profile, "0".repeat(64), at.log.logger);
  t.deepEqual(at.log.events(), ["document.uploaded", "upload.deleted"]);
});

test("a deletion that fails for a moment is tried again, and needs nobody's leave", async (t) => {
  await using at = await desk();
  const there = new Set<string>();
  const files = filesWith(there);
  let failures = 2;
  const remove = async (id: string) => {
    if (failures-- > 0) throw new AutodError("API_FAULT", "not now");
    await files.remove(id);
  };
  const patient = { attempts: 3, minDelay: 1, maxDelay: 1 };
  const filesOf = () => ({ ...files, remove });
  const stage = upload({ filesOf, store: at.store, retry: patient, deadline });
  await stage.run(at.document, at.context);
  await stage.undo?.(at.document, at.context);
  t.is(there.size, 0);
  t.truthy(at.now()?.upload?.deletedAt);
});

test("an upload that can't be recorded is deleted at once", async (t) => {
  await using at = await desk();
  const there = new Set<string>();
  const files = filesWith(there);
  const store = {
    find: at.store.find,
    update: async (sha256: string, change: Parameters<typeof at.store.update>[1]) => {
      if (typeof change !== "function") throw new Error("no space left");
      return at.store.update(sha256, change);
    },
  };
  await t.throwsAsync(
    upload({ filesOf: () => files, store, retry, deadline }).run(at.document, at.context),
    {
      message: "no space left",
    },
  );
  t.is(there.size, 0);
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
  const learned = await upload({ filesOf: () => files, store: at.store, retry, deadline }).run(
    document,
    at.context,
  );
  t.deepEqual(learned, { fileId: null });
});
