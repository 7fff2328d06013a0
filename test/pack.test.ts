import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { dir } from "tmp-promise";
import { emptyFolder } from "./helpers/folder.ts";
import { until } from "./helpers/watching.ts";

const run = promisify(execFile);
const checkout = fileURLToPath(new URL("..", import.meta.url));
const { engines } = JSON.parse(await readFile(join(checkout, "package.json"), "utf8")) as {
  engines: { node: string };
};
const needed = engines.node.replace(">=", "");
const { path: folder, cleanup } = await dir({ unsafeCleanup: true, prefix: "autod-test-" });
const installed = join(folder, "node_modules/autod");

// As npm does it, in a copy: what a checkout has built for itself is left alone.
test.before("packs what there is", async () => {
  const sources = join(folder, "sources");
  for (const entry of await readdir(checkout)) {
    if (/^(?:node_modules|dist|coverage|test|\.git)$/.test(entry)) continue;
    await cp(join(checkout, entry), join(sources, entry), { recursive: true });
  }
  await symlink(join(checkout, "node_modules"), join(sources, "node_modules"));
  await run("npm", ["pack"], { cwd: sources });
  const tarball = (await readdir(sources)).find((name) => name.endsWith(".tgz")) ?? "";
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", join(sources, tarball), "-C", installed, "--strip-components=1"]);
});
test.after.always(() => cleanup());

test.serial("what is packed is what runs, its configuration and its pages", async (t) => {
  const entries = await readdir(installed, { recursive: true });
  const strangers = entries.filter((entry) =>
    /^(?:src|test|bench)\b|\.(?:ts|map|tgz)$/.test(entry),
  );
  t.deepEqual(strangers, []);
  t.true(entries.includes("config/autod.schema.json"));
  t.true(entries.includes("config/autod.starter.yaml"));
  for (const page of entries.filter((entry) => entry.endsWith(".md"))) {
    const words = await readFile(join(installed, page), "utf8");
    const links = [...words.matchAll(/\]\((?!\w+:)([^)#]+)/g)].map(([, link = ""]) => link);
    const lost = links
      .map((link) => join(dirname(page), link))
      .filter((target) => target !== "CONTRIBUTING.md" && !entries.includes(target));
    t.deepEqual(lost, [], page);
  }
});

/** The folder of a Node that is too old, as a system may have one. */
const oldNode = (process.env["PATH"] ?? "").split(delimiter).find((place) => {
  try {
    const printed = execFileSync(join(place, "node"), ["--version"], { encoding: "utf8" });
    return printed.slice(1).localeCompare(needed, "en", { numeric: true }) < 0;
  } catch {
    return false;
  }
});

/** Runs the program as it was installed, with nothing on the PATH but that Node and the system's own. */
const onOldNode = (file: string) =>
  run(file, ["demo"], {
    env: { PATH: [oldNode, "/usr/bin", "/bin"].join(delimiter), HOME: folder, TMPDIR: folder },
  });

/** Whether there is none to try it with, which is then said. */
function isLeftOut(t: ExecutionContext): boolean {
  if (oldNode !== undefined && process.platform === "linux") return false;
  t.log("left out: this takes Linux, and a Node on the PATH that is too old");
  t.pass();
  return true;
}

test.serial("a Node that is too old is told which one is needed", async (t) => {
  if (isLeftOut(t)) return;
  const error = await t.throwsAsync<Error & { code: number; stderr: string }>(
    onOldNode(join(installed, "bin/autod")),
  );
  t.is(error?.code, 2);
  t.regex(error?.stderr ?? "", /^autod: Node 2\d\.\d+ or newer is needed, and this is \d+\./);
});

test.serial(
  "where the system's Node is too old, it runs on the one that npm brought",
  async (t) => {
    for (const entry of await readdir(join(checkout, "node_modules"))) {
      await symlink(join(checkout, "node_modules", entry), join(folder, "node_modules", entry));
    }
    await symlink("node_modules/autod/bin/autod", join(folder, "autod"));
    const { stdout } = await onOldNode(join(folder, "autod"));
    t.regex(stdout, /^ {2}12 files +9 filed, 1 duplicate, 2 in quarantine /m);
  },
);

test("a signal reaches it, and its exit code comes back", async (t) => {
  const home = await emptyFolder(t);
  const env = { ...process.env, HOME: home, TMPDIR: home };
  const child = spawn(join(checkout, "bin/autod"), ["demo", "--keep"], { env });
  const note = text(child.stderr);
  await until(async () => (await readdir(home)).some((entry) => entry.startsWith("autod-demo-")));
  child.kill("SIGINT");
  t.deepEqual(await once(child, "exit"), [0, null]);
  t.is(await note, "stopped; nothing is left behind\n");
  const wrong = spawn(join(checkout, "bin/autod"), ["lsit"], { env });
  t.deepEqual(await once(wrong, "exit"), [2, null]);
});
