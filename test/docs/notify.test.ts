import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { parse } from "yaml";
import type { Notification } from "../../src/notify/notification.ts";
import { tell } from "../../src/notify/tell.ts";
import { emptyFolder } from "../helpers/folder.ts";

const page = await readFile(new URL("../../docs/notify.md", import.meta.url), "utf8");

const commands = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(
  ([, text = ""]) => (parse(text) as { notify: { command: string[] } }).notify.command,
);

const title = `autod: server "a'b" & co is blocked`;
const text = `"; touch ./broken; $(touch broken) \`touch broken\` \\n <b>it's</b> %s & more`;
const said: Notification = {
  version: 1,
  occasion: "blocked",
  at: "2026-11-29T10:00:00.000Z",
  host: "attic",
  title,
  text,
  count: 1,
  folder: null,
  path: null,
  id: null,
  error: null,
  summary: null,
};
const json = `${JSON.stringify(said)}\n`;

/** What programs would be called with, and read, by a command of the page. */
async function called(folder: string, command: readonly string[]) {
  const bin = join(folder, "bin");
  await mkdir(bin);
  for (const name of ["notify-send", "osascript", "curl", "sendmail", "mail"]) {
    const record = `printf '%s\\0' "\${0##*/}" "$@" > "$HOME/words"; cat > "$HOME/input"`;
    await writeFile(join(bin, name), `#!/bin/sh\n${record}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const env = { HOME: folder, PATH: `${bin}:${process.env["PATH"]}` };
  const { signal } = new AbortController();
  const failure = await tell(command, said, { env, most: 60_000, grace: 1_000, signal });
  const read = (name: string) => readFile(join(folder, name), "utf8").catch(() => "");
  const words = (await read("words")).split("\0").slice(0, -1);
  return { failure, words, input: await read("input"), file: await read("autod-news.jsonl") };
}

/** How each program, in the order of the page, comes to hear what was said. */
const hears = [
  { words: ["mail", "-s", title, "jane@example.org"], input: `${text}\n` },
  {
    words: [
      "notify-send",
      "--app-name=autod",
      "--",
      title,
      text.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
    ],
  },
  { words: ["osascript", title, text] },
  { words: ["curl"], input: `${title}. ${text}` },
  { words: ["curl"], input: json },
  {
    words: ["sendmail", "-t"],
    input: `To:jane@example.org\nSubject:${title}\nMIME-Version:1.0\nContent-Type:text/plain;charset=utf-8\n\n${text}\n`,
  },
  { words: [], file: json },
] as const;

test("of each command on the page it is known what is heard", (t) => {
  t.is(commands.length, hears.length);
});

for (const [at, heard] of hears.entries()) {
  test(`what is said reaches, as it is: ${heard.words[0] ?? "a file"} (${at + 1})`, async (t) => {
    const folder = await emptyFolder(t);
    const { failure, words, input, file } = await called(folder, commands[at] ?? []);
    t.is(failure, null);
    const [program, ...rest] = heard.words;
    t.is(words[0], program);
    t.deepEqual(words.slice(words.length - rest.length), rest);
    if ("input" in heard) t.is(input, heard.input);
    if ("file" in heard) t.is(file, heard.file);
  });
}
