import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { passwordsIn, requirePasswords } from "../../src/config/passwords.ts";
import type { AutodError } from "../../src/errors.ts";
import { faults, folderWith, load } from "./written.ts";

/** A file of passwords that only its owner can read. */
async function fileOf(t: ExecutionContext, text: string): Promise<string> {
  const file = join(await folderWith(t, { passwords: text }), "passwords");
  await chmod(file, 0o600);
  return file;
}

async function refused(t: ExecutionContext, passwords: string): Promise<string> {
  const error = await t.throwsAsync<AutodError>(passwordsIn({ passwords }), {
    code: "CONFIG_INVALID",
  });
  t.notRegex(`${error.message}${error.stack}`, /sesame/);
  return error.message;
}

test("a list is what it is", async (t) => {
  t.deepEqual(await passwordsIn({ passwords: ["open sesame", " x "] }), ["open sesame", " x "]);
  t.deepEqual(await passwordsIn({ passwords: [] }), []);
});

test("a file has one password a line, however its lines end, and is read anew each time", async (t) => {
  const passwords = await fileOf(t, "open sesame\r\n\n für \r\n\r\nx");
  t.deepEqual(await passwordsIn({ passwords }), ["open sesame", " für ", "x"]);
  await writeFile(passwords, "another\n");
  t.deepEqual(await passwordsIn({ passwords }), ["another"]);
});

test("a file that can't be used is named, and nothing in it is told", async (t) => {
  const file = await fileOf(t, "open sesame");
  t.is(
    await refused(t, `${file}.old`),
    `the file of passwords ${file}.old can't be read: no such file or directory`,
  );
  for (const mode of [0o640, 0o604]) {
    await chmod(file, mode);
    t.is(
      await refused(t, file),
      `the file of passwords ${file} can be read by others (chmod 600 mends it)`,
    );
  }
  await mkdir(`${file}.d`);
  t.is(
    await refused(t, `${file}.d`),
    `the file of passwords ${file}.d is no file of at most 10 KB`,
  );
  t.regex(await refused(t, await fileOf(t, "open sesame\n".repeat(1000))), /at most 10 KB$/);
});

test("what a folder's profile names is looked for at start, and nothing else", async (t) => {
  const written = (profile: string) => `folders: [{ profile: ${profile} }]
profiles: { mine: { passwords: ./passwords }, other: {} }
`;
  const { config, home } = await load(t, written("mine"));
  await t.throwsAsync(requirePasswords(config), { code: "CONFIG_INVALID" });
  await t.notThrowsAsync(requirePasswords((await load(t, written("other"))).config));
  await writeFile(join(home, "passwords"), "open sesame", { mode: 0o600 });
  await t.notThrowsAsync(requirePasswords(config));
});

test("what can't be passwords is refused, and not shown", async (t) => {
  for (const wrong of ["[4711]", "4711", "[['4711']]", "{ a: '4711' }", "''", "null"]) {
    t.deepEqual(
      await faults(t, `folders: [{}]\nprofiles: { default: { passwords: ${wrong} } }`),
      [
        "2: profiles.default.passwords: must be a list of passwords, each in quotes, or the path of a file",
      ],
      wrong,
    );
  }
});
