import test from "ava";
import { documented, settings } from "../../src/config/schema.ts";
import { faults, load } from "./written.ts";

const minimal = "folders: [{}]\n";

/** What is wrong on the line behind a configuration that is fine. */
const says = test.macro(async (t, line: string, ...wanted: string[]) => {
  t.deepEqual(
    await faults(t, minimal + line),
    wanted.map((words) => `2: ${words}`),
  );
});

/** The same for its only folder. */
const folderSays = test.macro(async (t, folder: string, ...wanted: string[]) => {
  t.deepEqual(
    await faults(t, `folders: [{ ${folder} }]`),
    wanted.map((words) => `1: ${words}`),
  );
});

const accepts = test.macro(async (t, line: string) => {
  await t.notThrowsAsync(load(t, minimal + line));
});

test(
  "an unknown section has its nearest name",
  says,
  "concurency: 3",
  "concurency: unknown key; did you mean concurrency?",
);
test(
  "an unknown key in other case has its name",
  says,
  "logs: { DIR: x }",
  "logs.DIR: unknown key; did you mean dir?",
);
test(
  "an unknown key near to none has all names",
  says,
  "retry: { xyz: 1 }",
  "retry.xyz: unknown key; known: attempts, minDelay, maxDelay",
);
test(
  "an unknown key in a profile has its nearest name",
  says,
  "profiles: { mine: { modle: x } }",
  "profiles.mine.modle: unknown key; did you mean model?",
);
test(
  "an unknown key in what may be null has its nearest name",
  says,
  "notify: { comand: [x], command: [y] }",
  "notify.comand: unknown key; did you mean command?",
);
test(
  "an unknown key in a price has its nearest name",
  says,
  "prices: { a.b: { input: 1, output: 1, cashedInput: 1 } }",
  'prices["a.b"].cashedInput: unknown key; did you mean cachedInput?',
);
test(
  "a key that would be its own file has its nearest name",
  says,
  "openai: { apiKey: sk-1 }",
  "openai.apiKey: unknown key; did you mean apiKeyFile?",
);
test(
  "__proto__ is an unknown key",
  says,
  "logs: { __proto__: { level: x } }",
  "logs.__proto__: unknown key; known: dir, level, size, frequency, keep",
);

test("folders aren't nothing", async (t) => {
  t.deepEqual(await faults(t, "folders: []"), ["1: folders: needs at least one entry"]);
  t.deepEqual(await faults(t, "folders:"), ["1: folders: expected a list, but found nothing"]);
  t.deepEqual(await faults(t, "[1]"), ["1: the file: expected a mapping, but found a list"]);
  t.deepEqual(await faults(t, "folders: [3]"), ["1: folders[0]: expected a mapping, but found 3"]);
});

test(
  "a folder's patience is 10 × settle",
  folderSays,
  "settle: 2s",
  "folders[0].patience: must be at least 10 × settle",
);
test(
  "a folder's settle without a unit says nothing of patience",
  folderSays,
  "settle: 5000",
  "folders[0].settle: expected a duration such as 2s or 10m (ms, s, m, h, d), but found 5000",
);
test(
  "a folder's name is simple",
  folderSays,
  "name: a/b",
  'folders[0].name: expected letters, digits, spaces and . _ - (at most 64), but found "a/b"',
);
test(
  "a folder isn't polled all the time",
  folderSays,
  "pollInterval: 1ms",
  "folders[0].pollInterval: must be at least 100ms",
);
test("a folder's path isn't empty", folderSays, 'inbox: ""', "folders[0].inbox: must not be empty");
test(
  "a folder's truths are true or false",
  folderSays,
  "recursive: sometimes",
  'folders[0].recursive: expected true or false, but found "sometimes"',
);
test(
  "a folder's words are known",
  folderSays,
  "duplicates: remove",
  'folders[0].duplicates: expected move or delete, but found "remove"; did you mean move?',
);
test(
  "a folder's budget is money",
  folderSays,
  "budget: { perDay: lots }",
  'folders[0].budget.perDay: expected an amount in USD such as 0.5, but found "lots"',
);
test(
  "a folder's profile is there",
  folderSays,
  "profile: invoces",
  'folders[0].profile: there is no profile "invoces"; known: default',
);
test(
  "a folder's profile isn't what every object has",
  folderSays,
  "profile: constructor",
  'folders[0].profile: there is no profile "constructor"; known: default',
);

test("folders have names of their own", async (t) => {
  const text = "folders:\n  - {}\n  - { inbox: ~/b }\n";
  t.deepEqual(await faults(t, text), ["3: folders[1].name: folders[0] has this name too"]);
});

test(
  "a profile's server is there",
  says,
  "profiles: { default: { server: opnai } }",
  'profiles.default.server: there is no server "opnai"; did you mean openai?',
);
test(
  "a profile's name is simple",
  says,
  'profiles: { "a b": {} }',
  'profiles["a b"]: a name is of letters, digits and . _ - (at most 64)',
);
test(
  "a profile's categories are different",
  says,
  "profiles: { default: { categories: [A, A] } }",
  "profiles.default.categories: names one more than once",
);
test(
  "a profile's confidence is at most 1",
  says,
  "profiles: { default: { review: { below: 2 } } }",
  "profiles.default.review.below: must be at most 1",
);
test(
  "a profile's name for files has no folder",
  says,
  'profiles: { default: { name: "{year}/{title}" } }',
  "profiles.default.name: has no / in it; that belongs into folder",
);
test(
  "a profile's folder is below the archive",
  says,
  'profiles: { default: { folder: "../{year}" } }',
  "profiles.default.folder: must lead to a folder below the archive",
);
test(
  "a profile's folder isn't absolute",
  says,
  'profiles: { default: { folder: "/{year}" } }',
  "profiles.default.folder: must lead to a folder below the archive",
);
test(
  "a profile's templates know what is read",
  says,
  'profiles: { default: { folder: "{kategory}" } }',
  "profiles.default.folder: unknown placeholder {kategory}; did you mean category?",
);
test(
  "a profile's templates know its own fields",
  accepts,
  'profiles: { default: { fields: { plate: { type: string, description: x } }, name: "{plate} {title}" } }',
);
test(
  "a profile's folder may be the archive itself",
  accepts,
  'profiles: { default: { folder: "" } }',
);

const fieldSays = test.macro(async (t, fields: string, ...wanted: string[]) => {
  const found = await faults(t, `${minimal}profiles: { default: { fields: { ${fields} } } }`);
  t.deepEqual(
    found,
    wanted.map((words) => `2: profiles.default.fields${words}`),
  );
});

test("a field has a description", fieldSays, "a: { type: string }", ".a.description: is missing");
test(
  "a field's type is known",
  fieldSays,
  "a: { type: text, description: x }",
  '.a.type: expected string, number, date, boolean or enum, but found "text"',
);
test(
  "an enum has values",
  fieldSays,
  "a: { type: enum, description: x }",
  ".a.values: is missing; an enum needs it",
);
test(
  "only an enum has values",
  fieldSays,
  "a: { type: date, values: [x], description: x }",
  ".a.values: is for an enum only",
);
test(
  "an enum's values are different",
  fieldSays,
  "a: { type: enum, values: [x, x], description: x }",
  ".a.values: names one more than once",
);
test(
  "a field has a simple name",
  fieldSays,
  '"a b": { type: date, description: x }',
  '["a b"]: the name of a field is of letters, digits and _, and begins with a letter',
);
test(
  "a field isn't called like what is read anyway",
  fieldSays,
  "issuer: { type: string, description: x }",
  ".issuer: is what documents are read for anyway; take another name",
);
test(
  "a field isn't called like a part of the date",
  fieldSays,
  "year: { type: number, description: x }",
  ".year: is what documents are read for anyway; take another name",
);
test(
  "fields may be lists and enums",
  accepts,
  "profiles: { default: { fields: { a: { type: enum, list: true, values: [x, y], description: x } } } }",
);

const serverSays = test.macro(async (t, server: string, ...wanted: string[]) => {
  const found = await faults(t, `${minimal}servers: { local: { ${server} } }`);
  t.deepEqual(
    found,
    wanted.map((words) => `2: servers.local.${words}`),
  );
});

test("a server of one's own has an address", serverSays, "timeout: 1m", "baseUrl: is missing");
test(
  "a server is reached by https",
  serverSays,
  "baseUrl: http://example.com/v1",
  "baseUrl: must begin with https://, or allowHttp be true",
);
test(
  "a server isn't on this machine by its name's beginning",
  serverSays,
  "baseUrl: http://127.0.0.1.example.com",
  "baseUrl: must begin with https://, or allowHttp be true",
);
test(
  "a server's address is one",
  serverSays,
  "baseUrl: api.example.com",
  'baseUrl: expected an address such as https://api.openai.com/v1, but found "api.example.com"',
);
test(
  "a server's address is valid",
  serverSays,
  "baseUrl: 'https://a b'",
  "baseUrl: is no valid address",
);
test(
  "a server's address holds no password",
  serverSays,
  "baseUrl: https://me:pw@example.com",
  "baseUrl: must not hold a password or a key",
);
test(
  "a server's address ends with its path",
  serverSays,
  "baseUrl: 'https://example.com/?key=1'",
  "baseUrl: must have nothing behind its path",
);
test(
  "a server's key is in a file",
  serverSays,
  "baseUrl: https://a.b, apiKeyFile: sk-proj-1234",
  "apiKeyFile: is a key; put it into a file that only you can read, and name that",
);
test(
  "a server's uploads live at least an hour",
  serverSays,
  "baseUrl: https://a.b, uploadsExpireAfter: 59m",
  "uploadsExpireAfter: must be at least 1h",
);
test(
  "a server's uploads live at most 30 days",
  serverSays,
  "baseUrl: https://a.b, uploadsExpireAfter: 31d",
  "uploadsExpireAfter: must be at most 30d",
);
test(
  "a server resumes or doesn't",
  serverSays,
  "baseUrl: https://a.b, resumable: 3",
  "resumable: expected auto, true or false, but found 3",
);
test("a server's uploads may live 30 days", accepts, "openai: { uploadsExpireAfter: 30d }");
test(
  "localhost may be reached by http",
  accepts,
  "servers: { a: { baseUrl: http://localhost:1/v1 }, b: { baseUrl: 'http://[::1]:1' }, c: { baseUrl: http://127.8.9.1 } }",
);
test(
  "another machine may be reached by http where that is allowed",
  accepts,
  "servers: { a: { baseUrl: http://nas, allowHttp: true } }",
);
const plain = "{ baseUrl: http://nas:11434/v1, allowHttp: true }";
for (const [path, text] of [
  ["openai", `openai: ${plain}`],
  ["servers.openai", `servers: { openai: ${plain} }`],
] as const) {
  test(`the key of ${path} goes nowhere unencrypted, whatever is allowed`, async (t) => {
    t.deepEqual(await faults(t, `${minimal}${text}`), [
      `2: ${path}.baseUrl: must begin with https://, for its key may be OpenAI's; put a server of your own under servers, with a name of its own`,
    ]);
  });
}
test(
  "OpenAI may be played on this machine by http",
  accepts,
  "openai: { baseUrl: http://127.0.0.1:8787/v1 }",
);
test(
  "a server's name is simple",
  says,
  "servers: { ../x: { baseUrl: https://a.b } }",
  'servers["../x"]: a name is of letters, digits and . _ - (at most 64)',
);
test("openai is named once", async (t) => {
  t.deepEqual(await faults(t, `${minimal}openai: {}\nservers: { openai: {} }`), [
    "3: servers.openai: is the same as openai; keep one of them",
  ]);
});

test(
  "a key is never shown",
  says,
  "openai: sk-proj-1234",
  "openai: expected a mapping, but found a key",
);
test(
  "what is long is shown in part",
  says,
  `logs: { level: ${"x".repeat(99)} }`,
  `logs.level: expected trace, debug, info, warn, error or fatal, but found "${"x".repeat(39)}…`,
);

test(
  "concurrency is a whole number",
  says,
  "concurrency: 1.5",
  "concurrency: expected a whole number, but found 1.5",
);
test("concurrency is at least 1", says, "concurrency: 0", "concurrency: must be at least 1");
test(
  "waits grow",
  says,
  "retry: { minDelay: 2m, maxDelay: 1m }",
  "retry.maxDelay: must be at least minDelay",
);
test("a cap isn't negative", says, "budget: { perDay: -1 }", "budget.perDay: must not be negative");
test(
  "a cap has a unit that money has",
  says,
  "budget: { perDay: 0.0000000000001 }",
  "budget.perDay: has more than 12 digits behind the point",
);
test(
  "a price has at most 6 digits",
  says,
  "prices: { m: { input: 0.0000001, output: 1 } }",
  "prices.m.input: has more than 6 digits behind the point",
);
test("a price is a whole row", says, "prices: { m: { input: 1 } }", "prices.m.output: is missing");
test(
  "a schedule is a cron expression",
  says,
  "schedule: { backup: nightly }",
  'schedule.backup: expected a cron expression such as "*/5 * * * *", but found "nightly"',
);
test(
  "a command has a program",
  says,
  "notify: { command: [] }",
  "notify.command: needs at least one entry",
);
test(
  "a command is a list",
  says,
  "notify: { command: beep }",
  'notify.command: expected a list, but found "beep"',
);

test("the documentation's paths are left as they are", (t) => {
  const { dataDir, logs } = settings(documented).parse({ folders: [{}] });
  t.is(dataDir, "~/.local/share/autod");
  t.is(logs.dir, "~/.local/state/autod/log");
});
