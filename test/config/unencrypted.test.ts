import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { fold } from "../../src/config/fold.ts";
import { documented, settings } from "../../src/config/schema.ts";
import { requireUnexposed } from "../../src/config/unencrypted.ts";
import type { AutodError } from "../../src/errors.ts";
import { folderWith } from "./written.ts";

const http = "http://nas:11434/v1";

/** Servers, the keys that were found for them, and where OpenAI's may lie besides. */
interface Situation {
  readonly keys: Readonly<Record<string, string>>;
  readonly baseUrl?: string;
  readonly apiKeyFile?: string;
  readonly openai?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly defaultFile?: string;
}

function check({ keys, baseUrl = http, apiKeyFile, openai, env = {}, defaultFile }: Situation) {
  const local = { baseUrl, allowHttp: true, ...(apiKeyFile && { apiKeyFile }) };
  const { servers } = fold(
    settings(documented).parse({ folders: [{}], openai, servers: { local } }),
  );
  return requireUnexposed(new Map(Object.entries(keys)), servers, {
    env,
    platform: "linux",
    defaultFile: defaultFile ?? "/nowhere/openai-key",
  });
}

const refuses = async (t: ExecutionContext, situation: Situation) => {
  const error = await t.throwsAsync<AutodError>(check(situation), { code: "KEY_EXPOSED" });
  t.is(
    error.message,
    `the key of the server local is OpenAI's, and would go to ${http} unencrypted`,
  );
  t.notRegex(`${error.message}${error.hint}`, /SECRET/);
};

/** A file that only its owner can read. */
async function keyFile(t: ExecutionContext, name: string, text: string): Promise<string> {
  const file = join(await folderWith(t, { [name]: text }), name);
  await chmod(file, 0o600);
  return file;
}

for (const kind of ["proj", "svcacct", "admin"]) {
  test(`a key that looks like OpenAI's goes nowhere unencrypted: sk-${kind}`, (t) =>
    refuses(t, { keys: { local: `sk-${kind}-SECRET` } }));
}

test("nor does the key that openai has, where both are in use", (t) =>
  refuses(t, {
    keys: { openai: "SECRET", local: "SECRET" },
    env: { OPENAI_API_KEY: "SECRET" },
  }));

test("nor where no folder uses openai, but its key can be found", async (t) => {
  await refuses(t, { keys: { local: "SECRET" }, env: { OPENAI_API_KEY: "SECRET" } });
  const defaultFile = await keyFile(t, "openai-key", "SECRET\n");
  await refuses(t, { keys: { local: "SECRET" }, defaultFile });
});

test("nor what lies in the file that openai names, by whatever way it is reached", async (t) => {
  const file = await keyFile(t, "openai-key", "SECRET");
  const link = `${file}-too`;
  await symlink(file, link);
  const openai = { apiKeyFile: file };
  await refuses(t, { keys: { local: "SECRET" }, apiKeyFile: link, openai });
  // Its key may come from the credentials of the service manager.
  const credentials = await folderWith(t, { "openai-api-key": "another" });
  const env = { CREDENTIALS_DIRECTORY: credentials };
  await refuses(t, { keys: { local: "SECRET" }, apiKeyFile: link, openai, env });
});

const allows = test.macro({
  exec: (t, situation: Situation) => t.notThrowsAsync(check(situation)),
  title: (what) => `it may go out: ${what}`,
});

const env = { OPENAI_API_KEY: "SECRET" };
test("a key of its own", allows, { keys: { openai: "SECRET", local: "mine" }, env });
test("no key", allows, { keys: { local: "none" }, env });
test("where there is none of OpenAI's", allows, { keys: { local: "sk-local" } });
test("where a file is missing", allows, {
  keys: { local: "mine" },
  apiKeyFile: "/nowhere/a",
  openai: { apiKeyFile: "/nowhere/b" },
});
for (const baseUrl of ["https://nas/v1", "http://127.0.0.1:11434/v1", "http://localhost/v1"]) {
  test(`OpenAI's, to ${baseUrl}`, allows, { keys: { local: "SECRET" }, baseUrl, env });
}
