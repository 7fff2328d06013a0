import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { lastingNode, lastingProgram } from "../../src/service/program.ts";
import { emptyFolder } from "../helpers/folder.ts";

/** A Node at one path, and links to it at others. */
async function nodeAt(t: ExecutionContext, path: string, links: readonly string[]) {
  const home = await emptyFolder(t);
  const at = (one: string) => join(home, one);
  for (const one of [path, ...links]) await mkdir(dirname(at(one)), { recursive: true });
  await writeFile(at(path), "");
  for (const link of links) await symlink(at(path), at(link));
  return at;
}

for (const [manager, real, lasting] of [
  ["Homebrew", "Cellar/node@24/24.15.0/bin/node", "opt/node@24/bin/node"],
  ["fnm", "fnm/node-versions/v24.15.0/installation/bin/node", "fnm/aliases/default/bin/node"],
  ["nvm", ".nvm/versions/node/v24.15.0/bin/node", ".nvm/current/bin/node"],
] as const) {
  test(`of ${manager} the path is taken that an upgrade leaves as it is`, async (t) => {
    const at = await nodeAt(t, real, [lasting]);
    t.is(await lastingNode(at(real), {}), at(lasting));
  });

  test(`of ${manager} the path with the version is taken where no other leads there`, async (t) => {
    const at = await nodeAt(t, real, []);
    t.is(await lastingNode(at(real), {}), at(real));
  });
}

test("a link that leads to another Node isn't taken", async (t) => {
  const at = await nodeAt(t, "Cellar/node/24.15.0/bin/node", []);
  await mkdir(at("opt/node/bin"), { recursive: true });
  await writeFile(at("opt/node/bin/node"), "another");
  t.is(
    await lastingNode(at("Cellar/node/24.15.0/bin/node"), {}),
    at("Cellar/node/24.15.0/bin/node"),
  );
});

test("a path without a version stays, also where others lead there", async (t) => {
  const at = await nodeAt(t, "modules/bin/node", ["bin/node"]);
  t.is(await lastingNode(at("modules/bin/node"), { PATH: at("bin") }), at("modules/bin/node"));
});

test("a folder of one shell isn't taken from the PATH", async (t) => {
  const real = "store/24.15.0/bin/node";
  const at = await nodeAt(t, real, ["fnm_multishells/12_34/bin/node"]);
  t.is(await lastingNode(at(real), { PATH: at("fnm_multishells/12_34/bin") }), at(real));
});

test("autod is started by its own file", async (t) => {
  const { main } = await lastingProgram(process.execPath, {});
  t.is(main, new URL("../../src/main.ts", import.meta.url).pathname);
});
