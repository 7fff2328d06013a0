import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { loadConfig } from "../../src/config/load.ts";
import { tariffOf } from "../../src/money/prices.ts";
import { folderWith } from "../config/written.ts";

const page = readFileSync(new URL("../../docs/servers.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);

test("each configuration to copy is sound, and its models cost nothing where they are one's own", async (t) => {
  t.true(blocks.length >= 5);
  for (const text of blocks) {
    const whole = text.includes("folders:") ? text : `folders:\n  - name: scans\n${text}`;
    const home = await folderWith(t, { "autod.yaml": whole });
    const config = await loadConfig({
      flags: { config: join(home, "autod.yaml") },
      env: { HOME: home },
    });
    for (const { server, ...profile } of Object.values(config.profiles)) {
      if (server === "openai") continue;
      t.is(profile.input, "text");
      const { price } = tariffOf({ server, ...profile }, config.prices);
      t.deepEqual([price.input, price.output], ["0", "0"]);
    }
  }
});

test("no link of the page leads nowhere", (t) => {
  const errors = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
  const headings = [...errors.matchAll(/^### (.+)$/gm)].map(([, code = ""]) => code);
  const anchors = new Set(headings.map((code) => `errors.md#${code.toLowerCase()}`));
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
  t.true(links.length > 0);
  t.deepEqual(
    links.filter((link) => !anchors.has(link)),
    [],
  );
});
