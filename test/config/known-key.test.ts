import { chmod } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { keyFrom, knownKey } from "../../src/config/known-key.ts";
import { folderWith } from "./written.ts";

test("the key in the default file comes before that of the shell", async (t) => {
  const home = await folderWith(t, { key: "sk-file\n" });
  const file = join(home, "key");
  await chmod(file, 0o600);
  const env = { OPENAI_API_KEY: "sk-shell" };
  t.deepEqual(await knownKey(file, env, "linux"), { text: "sk-file", place: file, stays: true });
  t.deepEqual(await knownKey(join(home, "none"), env, "linux"), {
    text: "sk-shell",
    place: "OPENAI_API_KEY",
    stays: false,
  });
  t.is(await knownKey(join(home, "none"), { OPENAI_API_KEY: " " }, "linux"), null);
});

test("a default file that can't be used is not passed over", async (t) => {
  const home = await folderWith(t, { key: "sk-file", empty: "" });
  await chmod(join(home, "key"), 0o644);
  await chmod(join(home, "empty"), 0o600);
  await t.throwsAsync(knownKey(join(home, "key"), {}, "linux"), { code: "KEY_EXPOSED" });
  await t.throwsAsync(knownKey(join(home, "empty"), {}, "linux"), { code: "KEY_MISSING" });
});

test("several words are no key, and aren't shown", (t) => {
  const error = t.throws(() => keyFrom("SECRET SECRET", "the input"), { code: "KEY_MISSING" });
  t.notRegex(error.message, /SECRET/);
});
