import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { autod } from "../helpers/cli.ts";
import { makeHome } from "../helpers/home.ts";

test("a file of passwords that isn't there ends what would need it, before anything is done", async (t) => {
  await using home = await makeHome({ profiles: { default: { passwords: "./passwords" } } });
  const config = ["--config", home.configFile];
  const check = () => autod(["config", "check", ...config]);
  const run = () => autod(["run", "--once", ...config], { OPENAI_API_KEY: "sk-test" });
  for (const command of [check, run]) {
    const { code, stderr } = await command();
    t.is(code, 78);
    t.regex(stderr, /passwords can't be read: no such file/);
  }
  const { code, stdout } = await autod(["doctor", ...config]);
  t.is(code, 1);
  t.regex(stdout.replaceAll(/\s+/g, " "), /configuration .*can't be read: no such file/);
  await writeFile(join(home.folder, "passwords"), "open sesame\n", { mode: 0o600 });
  for (const command of [check, run]) t.is((await command()).code, 0);
});

test("config print tells no password, in whatever form", async (t) => {
  await using home = await makeHome({ profiles: { default: { passwords: ["open sesame"] } } });
  for (const form of [[], ["--json"]]) {
    const { code, stdout } = await autod(["config", "print", ...form, "--config", home.configFile]);
    t.is(code, 0);
    t.notRegex(stdout, /sesame|passwords"?:/);
  }
});
