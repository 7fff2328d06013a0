import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import { lockStore } from "../../src/store/lock.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { until } from "../helpers/watching.ts";

const run = (file: string, ...words: string[]) =>
  autod(["run", "--config", file, ...words], { OPENAI_API_KEY: "sk-unused" });

test("what doesn't mend itself ends well for launchd, and is told all the same", async (t) => {
  await using home = await makeHome();
  const wrong = join(home.folder, "wrong.yaml");
  await writeFile(wrong, "nonsense: true\n");
  t.is((await run(wrong)).code, 78);
  const under = await run(wrong, "--supervisor", "launchd");
  t.is(under.code, 0);
  t.regex(under.stderr, /nonsense[^]*\(CONFIG_INVALID\)/);
  await mkdir(home.config.dataDir);
  using _ = lockStore(home.config.dataDir);
  t.is((await run(home.configFile)).code, 75);
  const second = await run(home.configFile, "--supervisor", "launchd");
  t.is(second.code, 0);
  t.regex(second.stderr, /\(STORE_LOCKED\)/);
});

test("what launchd starts says nothing but troubles, for nobody rolls what it says", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox);
  const words = ["run", "--config", home.configFile, "--supervisor", "launchd"];
  const child = startAutod(words, { OPENAI_API_KEY: sandbox.key });
  const [stdout, closed] = [text(child.stdout), once(child, "close")];
  child.stderr.resume();
  await home.drop("scan.pdf", await invoice("RE-1"));
  await until(async () => (await home.filed()).length === 1);
  child.kill("SIGTERM");
  t.deepEqual(await closed, [0, null]);
  t.is(await stdout, "");
});

test("there is no other supervisor to be named", async (t) => {
  await using home = await makeHome();
  const { code, stderr } = await run(home.configFile, "--supervisor", "upstart");
  t.is(code, 2);
  t.regex(stderr, /--supervisor takes launchd, not upstart/);
});
