import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
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

test("every check has its line on the page about names, and no other code", (t) => {
  const [, table = ""] = /## What is checked\n(.*?)\n## /s.exec(read("names.md")) ?? [];
  const told = [...table.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code = ""]) => code);
  const explained = [...read("errors.md").matchAll(/^### (.+)$/gm)].map(([, code = ""]) => code);
  const aboutReading = explained.slice(explained.indexOf("DATE_IMPOSSIBLE"));
  t.deepEqual(told.toSorted(), aboutReading.toSorted());
  t.true(told.every((code) => !Object.hasOwn(errorCodes, code)));
});

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");

for (const page of ["servers.md", "names.md", "service.md"]) {
  test(`no link of ${page} leads nowhere`, (t) => {
    const links = [...read(page).matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    t.true(links.length > 0);
    for (const link of links) {
      const [file = "", anchor] = link.split("#");
      const text = read(file || page);
      const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => anchorOf(title));
      t.true(anchor === undefined || anchors.includes(anchor), link);
    }
  });
}
