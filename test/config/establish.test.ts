import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { composeConfig } from "../../src/config/compose.ts";
import { draftConfig } from "../../src/config/draft.ts";
import { establish } from "../../src/config/establish.ts";
import { folderWith } from "./written.ts";

/** A home, the place of its configuration, and the draft of one. */
async function drafted(t: ExecutionContext, files: Readonly<Record<string, string>> = {}) {
  const home = await folderWith(t, files);
  const file = join(home, "settings/autod.yaml");
  const room = (name: string) => join(home, "a/b", name);
  const [inbox, archive, quarantine] = [room("Inbox"), room("Archive"), room("Quarantine")];
  const env = { HOME: home };
  const text = await composeConfig({ inbox, archive, quarantine, me: [] }, env);
  const entries = async () => (await readdir(home, { recursive: true })).toSorted();
  return {
    home,
    file,
    keyFile: join(home, "keys/key"),
    entries,
    draft: await draftConfig(file, text, env),
  };
}

test("makes folders, key and configuration, and says which folders it made", async (t) => {
  const { home, file, keyFile, draft, entries } = await drafted(t, { "a/b/Archive/old.pdf": "" });
  t.deepEqual(await establish(draft, { file: keyFile, text: "sk-1", replaces: false }), [
    join(home, "a/b/Inbox"),
    join(home, "a/b/Quarantine"),
  ]);
  await draft[Symbol.asyncDispose]();
  t.deepEqual(await entries(), [
    "a",
    "a/b",
    "a/b/Archive",
    "a/b/Archive/old.pdf",
    "a/b/Inbox",
    "a/b/Quarantine",
    "keys",
    "keys/key",
    "settings",
    "settings/autod.yaml",
  ]);
  t.is((await stat(keyFile)).mode & 0o777, 0o600);
  t.regex(await readFile(file, "utf8"), /inbox: ~\/a\/b\/Inbox/);
});

test("a draft that is given up leaves nothing", async (t) => {
  const { draft, entries } = await drafted(t);
  t.deepEqual(await entries(), ["settings", "settings/autod.yaml.new"]);
  await draft[Symbol.asyncDispose]();
  t.deepEqual(await entries(), []);
});

test("where another configuration came first, all that was made goes again", async (t) => {
  const { file, keyFile, draft, entries } = await drafted(t);
  await writeFile(file, "another");
  await t.throwsAsync(establish(draft, { file: keyFile, text: "sk-1", replaces: false }), {
    message: /there is a configuration already/,
  });
  await draft[Symbol.asyncDispose]();
  t.deepEqual(await entries(), ["settings", "settings/autod.yaml"]);
  t.is(await readFile(file, "utf8"), "another");
});

test("a key that was replaced is put back with the rest", async (t) => {
  const { file, keyFile, draft } = await drafted(t, { "keys/key": "sk-old" });
  await writeFile(file, "another");
  await t.throwsAsync(establish(draft, { file: keyFile, text: "sk-1", replaces: true }));
  t.is(await readFile(keyFile, "utf8"), "sk-old");
});

test("a key is never replaced unless that is wanted", async (t) => {
  const { home, file, keyFile, draft } = await drafted(t, { "keys/key": "sk-old" });
  await t.throwsAsync(establish(draft, { file: keyFile, text: "sk-1", replaces: false }), {
    message: /holds another key already/,
  });
  t.is(await readFile(keyFile, "utf8"), "sk-old");
  t.deepEqual(await readdir(join(home, "keys")), ["key"]);
  await t.throwsAsync(stat(file), { code: "ENOENT" });
});

test("what somebody saved meanwhile stays, with its folder", async (t) => {
  const { home, file, draft, entries } = await drafted(t);
  await writeFile(file, "another");
  const { publish } = draft;
  const busy = {
    ...draft,
    async publish() {
      await writeFile(join(home, "a/b/Inbox/scan.pdf"), "");
      await publish();
    },
  };
  await t.throwsAsync(establish(busy, null));
  t.true((await entries()).includes("a/b/Inbox/scan.pdf"));
});

test("a folder that can't be made leaves no other behind", async (t) => {
  const { home, draft, entries } = await drafted(t);
  await mkdir(join(home, "a/b"), { recursive: true });
  await writeFile(join(home, "a/b/Quarantine"), "a file");
  await t.throwsAsync(establish(draft, null), { message: /Quarantine can't be made \(EEXIST\)/ });
  await draft[Symbol.asyncDispose]();
  t.deepEqual(await entries(), ["a", "a/b", "a/b/Quarantine"]);
});
