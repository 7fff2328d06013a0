import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { headings } from "../../src/cli/commands.ts";
import { errorCodes } from "../../src/errors.ts";
import { loadConfig } from "../../src/config/load.ts";
import { tariffOf } from "../../src/money/prices.ts";
import { folderWith } from "../config/written.ts";

const docs = new URL("../../docs/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, docs), "utf8");

/** The configurations to copy that a page has, as they are once they are complete. */
const configurationsOn = (t: ExecutionContext, page: string) =>
  [...read(page).matchAll(/^```yaml\n(.*?)^```$/gms)].map(async ([, text = ""]) => {
    const whole = text.includes("folders:") ? text : `folders:\n  - name: scans\n${text}`;
    const home = await folderWith(t, { "autod.yaml": whole });
    return await loadConfig({
      flags: { config: join(home, "autod.yaml") },
      env: { HOME: home },
    });
  });

test("each configuration for servers is sound, and its models cost nothing where they are one's own", async (t) => {
  const configurations = await Promise.all(configurationsOn(t, "servers.md"));
  t.true(configurations.length >= 5);
  for (const { profiles, prices } of configurations) {
    for (const { server, ...profile } of Object.values(profiles)) {
      if (server === "openai") continue;
      t.is(profile.input, "text");
      const { price } = tariffOf({ server, ...profile }, prices);
      t.deepEqual([price.input, price.output], ["0", "0"]);
    }
  }
});

test("the configuration for names is sound", async (t) => {
  const [configuration, other] = await Promise.all(configurationsOn(t, "names.md"));
  t.is(other, undefined);
  t.deepEqual(Object.keys(configuration?.profiles ?? {}), ["default", "invoices"]);
});

test("each configuration to be told by is sound", async (t) => {
  const configurations = await Promise.all(configurationsOn(t, "notify.md"));
  t.true(configurations.length >= 7);
  t.true(configurations.every(({ notify }) => notify !== null));
});

test("every check has its line on the page about names, and no other code", (t) => {
  const [, table = ""] = /## What is checked\n(.*?)\n## /s.exec(read("names.md")) ?? [];
  const told = [...table.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code = ""]) => code);
  const explained = [...read("errors.md").matchAll(/^### (.+)$/gm)].map(([, code = ""]) => code);
  const aboutReading = explained.slice(explained.indexOf("DATE_IMPOSSIBLE"));
  t.deepEqual(told.toSorted(), aboutReading.toSorted());
  t.true(told.every((code) => !Object.hasOwn(errorCodes, code)));
});

test("each configuration of the README and of the page about it is sound", async (t) => {
  const written = [
    ...configurationsOn(t, "configuration.md"),
    ...configurationsOn(t, "../README.md"),
  ];
  t.true(written.length >= 4);
  await t.notThrowsAsync(Promise.all(written));
});

test("every test that a page names is there", (t) => {
  for (const page of ["promises.md", "costs.md", "../CONTRIBUTING.md"]) {
    const named = [...read(page).matchAll(/\btest\/[\w/.-]+\.ts\b/g)].map(([file]) => file);
    t.true(named.length > 0);
    const lost = named.filter((file) => !existsSync(new URL(`../${file}`, docs)));
    t.deepEqual(lost, [], page);
  }
});

test("the README names the Node that is needed", (t) => {
  const { engines } = JSON.parse(read("../package.json")) as { engines: { node: string } };
  t.true(read("../README.md").includes(`have Node ${engines.node.replace(">=", "")} or newer`));
});

test("every command is in the README's table", (t) => {
  const [, table = ""] = /\n## Commands\n(.*?)\n## /s.exec(read("../README.md")) ?? [];
  const told = [...table.matchAll(/^\| `(\w+)/gm)].map(([, name = ""]) => name);
  const known = Object.values(headings).flatMap((below) => Object.keys(below));
  t.deepEqual(
    known.filter((name) => !told.includes(name)),
    [],
  );
});

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");

const pages = readdirSync(docs).filter((name) => name.endsWith(".md"));
for (const page of [...pages, "../README.md", "../CONTRIBUTING.md"]) {
  test(`no link of ${page} leads nowhere`, (t) => {
    const links = [...read(page).matchAll(/(?:\]\(|src=")(?!https:)([^)"]+)/g)];
    t.true(links.length > 0);
    for (const [, link = ""] of links) {
      const [file = "", anchor] = link.split("#");
      const target = file ? new URL(file, new URL(page, docs)) : new URL(page, docs);
      t.true(existsSync(target), link);
      if (anchor === undefined) continue;
      const titles = [...readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm)];
      t.true(
        titles.some(([, title = ""]) => anchorOf(title) === anchor),
        link,
      );
    }
  });
}
