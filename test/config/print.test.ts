import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { loadConfig } from "../../src/config/load.ts";
import { printConfig, withoutPasswords } from "../../src/config/print.ts";
import { load } from "./written.ts";

test("what is printed can be loaded, and means the same", async (t) => {
  const { config, home } = await load(
    t,
    `folders: [{ settle: 90s, patience: 15m, budget: { perDay: 0.10 } }]
openai: { timeout: 1500ms, apiKeyFile: key, resumable: off }
servers: { local: { baseUrl: "http://localhost:1/v1" } }
profiles: { mine: { server: local, fields: { a: { type: enum, values: [x], description: y } } } }
budget: { perDocument: 0.123456789012, perDay: null, perMonth: 9007199254740993 }
limits: { maxBytes: 1234567B }
prices: { gpt-5.6: { input: 10, output: 30 } }
notify: { command: [tell, me] }
`,
  );
  const file = join(home, "printed.yaml");
  await writeFile(file, printConfig(config));
  t.deepEqual(await loadConfig({ flags: { config: file }, env: {} }), { ...config, file });
});

test("passwords are left out, which is said; where they lie is told", async (t) => {
  const { config, home } = await load(
    t,
    `folders: [{}]
profiles:
  default: { passwords: ["open sesame"] }
  mine: { passwords: ./passwords }
  bare: {}
`,
  );
  const text = printConfig(config);
  t.notRegex(`${text}${JSON.stringify(withoutPasswords(config))}`, /sesame/);
  t.is(text.split("\n")[1], "# Passwords are left out.");
  const file = join(home, "printed.yaml");
  await writeFile(file, text);
  const { profiles } = await loadConfig({ flags: { config: file }, env: {} });
  t.deepEqual(
    Object.entries(profiles).map(([key, { passwords }]) => [key, passwords]),
    [
      ["default", []],
      ["mine", join(home, "passwords")],
      ["bare", []],
    ],
  );
  t.deepEqual(withoutPasswords(config).profiles["mine"], config.profiles["mine"]);
});

test("it is printed as people write it", async (t) => {
  const { config, home } = await load(t, "folders: [{}]\nlimits: { maxBytes: 2000KB }");
  const lines = printConfig(config).split("\n");
  t.is(lines[0], `# ${JSON.stringify(join(home, "autod.yaml"))}`);
  for (const line of [
    "    settle: 1s",
    "  maxBytes: 2MB",
    "  perDocument: 0.5",
    "openai:",
    "servers: {}",
    "    passwords: []",
  ]) {
    t.true(lines.includes(line), line);
  }
  t.false(lines.includes("# Passwords are left out."));
});
