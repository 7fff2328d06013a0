import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { findKey } from "../../src/config/key.ts";
import type { AutodError } from "../../src/errors.ts";
import { folderWith } from "./written.ts";

/** Files that only their owner can read. */
async function keysIn(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const root = await folderWith(t, files);
  for (const name of Object.keys(files)) await chmod(join(root, name), 0o600);
  const defaultFile = join(root, "default-key");
  const find = (server: Parameters<typeof findKey>[0], env = {}, more = {}) =>
    findKey(server, { env, defaultFile, platform: "linux", ...more });
  return { root, find };
}

const rejects = async (t: ExecutionContext, promise: Promise<string>, code: string) => {
  const error = await t.throwsAsync<AutodError>(promise, { code });
  t.notRegex(`${error.message}${error.stack}`, /SECRET/);
  return error;
};

const all = {
  "creds/openai-api-key": "from-credentials\n",
  named: " from-file \n",
  "default-key": "from-default",
};

test("the credentials of the service manager come first", async (t) => {
  const { root, find } = await keysIn(t, all);
  const env = { CREDENTIALS_DIRECTORY: join(root, "creds"), OPENAI_API_KEY: "from-env" };
  t.is(await find({ name: "openai", apiKeyFile: join(root, "named") }, env), "from-credentials");
});

test("the file that is named comes before the default one", async (t) => {
  const { root, find } = await keysIn(t, all);
  const env = { CREDENTIALS_DIRECTORY: join(root, "nowhere"), OPENAI_API_KEY: "from-env" };
  t.is(await find({ name: "openai", apiKeyFile: join(root, "named") }, env), "from-file");
});

test("the default file comes before the variable", async (t) => {
  const { find } = await keysIn(t, all);
  t.is(await find({ name: "openai" }, { OPENAI_API_KEY: "from-env" }), "from-default");
});

test("the variable comes last", async (t) => {
  const { find } = await keysIn(t, {});
  t.is(await find({ name: "openai" }, { OPENAI_API_KEY: " from-env\n" }), "from-env");
});

test("without a key the places are named", async (t) => {
  const { find } = await keysIn(t, { "default-key": " \n" });
  const error = await rejects(t, find({ name: "openai" }, { OPENAI_API_KEY: "" }), "KEY_MISSING");
  t.regex(error.message, /openai\.apiKeyFile, .*default-key or OPENAI_API_KEY$/);
});

test("a named file that is missing is an error", async (t) => {
  const { root, find } = await keysIn(t, all);
  await rejects(t, find({ name: "openai", apiKeyFile: join(root, "nope") }), "KEY_MISSING");
});

test("a named file that is empty is an error", async (t) => {
  const { root, find } = await keysIn(t, { ...all, empty: "\n" });
  await rejects(t, find({ name: "openai", apiKeyFile: join(root, "empty") }), "KEY_MISSING");
});

for (const [who, mode] of [
  ["the group", 0o640],
  ["others", 0o604],
] as const) {
  test(`a named file that ${who} can read is refused`, async (t) => {
    const { root, find } = await keysIn(t, { named: "SECRET" });
    await chmod(join(root, "named"), mode);
    await rejects(t, find({ name: "openai", apiKeyFile: join(root, "named") }), "KEY_EXPOSED");
  });
}

test("a default file that others can read is refused", async (t) => {
  const { root, find } = await keysIn(t, { "default-key": "SECRET" });
  await chmod(join(root, "default-key"), 0o644);
  await rejects(t, find({ name: "openai" }, { OPENAI_API_KEY: "k" }), "KEY_EXPOSED");
});

test("a folder is no file with a key", async (t) => {
  const { root, find } = await keysIn(t, {});
  await mkdir(join(root, "folder"));
  await rejects(t, find({ name: "openai", apiKeyFile: join(root, "folder") }), "KEY_MISSING");
});

test("a path that can't be followed is an error", async (t) => {
  const { find } = await keysIn(t, {});
  const apiKeyFile = `/${"x".repeat(300)}`;
  await rejects(t, find({ name: "openai", apiKeyFile }), "KEY_MISSING");
});

test("more than a key is refused, and not shown", async (t) => {
  const { root, find } = await keysIn(t, { named: "SECRET\nanother" });
  await rejects(t, find({ name: "openai", apiKeyFile: join(root, "named") }), "KEY_MISSING");
  await rejects(t, find({ name: "openai" }, { OPENAI_API_KEY: "SECRET SECRET" }), "KEY_MISSING");
});

test("another server has its own credentials", async (t) => {
  const { root, find } = await keysIn(t, { ...all, "creds/local-api-key": "for-local" });
  const env = { CREDENTIALS_DIRECTORY: join(root, "creds") };
  t.is(await find({ name: "local" }, env), "for-local");
});

test("another server never gets the key of OpenAI", async (t) => {
  const { root, find } = await keysIn(t, all);
  const env = { CREDENTIALS_DIRECTORY: join(root, "creds"), OPENAI_API_KEY: "from-env" };
  t.is(await find({ name: "local" }, env), "none");
});

const keychain = async (t: ExecutionContext, script: string) => {
  const { root, find } = await keysIn(t, { security: `#!/bin/sh\n${script}\n` });
  const security = join(root, "security");
  await chmod(security, 0o700);
  return (platform: NodeJS.Platform) =>
    find({ name: "openai" }, { OPENAI_API_KEY: "from-env" }, { platform, security });
};

test("the keychain of macOS comes before the variable", async (t) => {
  const find = await keychain(
    t,
    'test "$*" = "find-generic-password -w -s autod -a openai" && echo from-keychain',
  );
  t.is(await find("darwin"), "from-keychain");
  t.is(await find("linux"), "from-env");
});

test("a keychain without the key is passed over", async (t) => {
  const find = await keychain(t, "exit 44");
  t.is(await find("darwin"), "from-env");
});

test("a keychain that answers with more than a key is refused", async (t) => {
  const find = await keychain(t, "echo SECRET SECRET");
  await rejects(t, find("darwin"), "KEY_MISSING");
});
