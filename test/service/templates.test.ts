import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { readPlist } from "../../src/service/plist.ts";
import { templateAt } from "../../src/service/template.ts";
import { fillUnit } from "../../src/service/unit.ts";
import { emptyFolder } from "../helpers/folder.ts";

const run = promisify(execFile);

/** Whether a program is there; where it isn't, the test says so. */
function has(t: ExecutionContext, program: string): boolean {
  if (!spawnSync(program, ["--version"]).error) return true;
  t.log(`left out: there is no ${program}`);
  t.pass();
  return false;
}

/** A unit as it is handed out, but with a program that is there. */
async function unitAt(t: ExecutionContext, template: string): Promise<string> {
  const file = join(await emptyFolder(t), "autod.service");
  const text = await templateAt(template);
  await writeFile(file, fillUnit(text, { ExecStart: [`${process.execPath} /x run`] }));
  return file;
}

for (const [name, ...flags] of [["autod"], ["autod-user", "--user"]] as const) {
  test(`systemd finds nothing wrong in ${name}.service`, async (t) => {
    if (!has(t, "systemd-analyze")) return;
    const file = await unitAt(t, `systemd/${name}.service`);
    // A manager of a user wants to have a folder of its own.
    const env = { ...process.env, XDG_RUNTIME_DIR: await emptyFolder(t) };
    const verify = ["verify", "--man=no", ...flags, file];
    const { stdout, stderr } = await run("systemd-analyze", verify, { env });
    t.is(stdout + stderr, "");
  });
}

for (const home of ["yes", "read-only"]) {
  test(`with ProtectHome=${home} the service of the system is exposed to 1.3 of 10 at most`, async (t) => {
    if (!has(t, "systemd-analyze")) return;
    const file = await unitAt(t, "systemd/autod.service");
    await writeFile(file, fillUnit(await readFile(file, "utf8"), { ProtectHome: [home] }));
    const asked = ["security", "--offline=true", "--threshold=13", "--no-pager", file];
    const { stdout } = await run("systemd-analyze", asked);
    t.regex(stdout, /Overall exposure level for autod\.service: 1\.[0-3] OK/);
  });
}

test("both units start, reload, restart and end in the same way", async (t) => {
  const [system, user] = await Promise.all(
    ["autod", "autod-user"].map((name) => templateAt(`systemd/${name}.service`)),
  );
  const keys =
    /^(?:Type|NotifyAccess|WatchdogSec|Restart\w*|StartLimit\w+|Timeout\w+|KillMode|ExecReload|OOMPolicy|UMask)=.*$/gm;
  t.deepEqual(user?.match(keys), system?.match(keys));
  t.is(system?.match(keys)?.length, 14);
});

/** What launchd.plist(5) knows of what is used here, as values are written in a property list. */
const known = {
  Label: "string",
  ProgramArguments: "strings",
  RunAtLoad: "boolean",
  KeepAlive: { SuccessfulExit: "boolean" },
  ThrottleInterval: "number",
  ExitTimeOut: "number",
  ProcessType: "string",
  LowPriorityIO: "boolean",
  Umask: "number",
  SoftResourceLimits: { NumberOfFiles: "number" },
  StandardOutPath: "string",
  StandardErrorPath: "string",
};

/** What a value of a property list is, in the same words. */
function kindOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.every((one) => typeof one === "string") && "strings";
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, kindOf(one)]));
}

test("the agent has known keys of the right types, and whole paths", async (t) => {
  const agent = readPlist(await templateAt("launchd/autod.plist"));
  t.deepEqual(kindOf(agent), known);
  const [node = "", main = "", , , configuration = ""] = agent["ProgramArguments"] as string[];
  for (const path of [node, main, configuration, agent["StandardOutPath"] as string]) {
    t.true(path.startsWith("/"), path);
  }
  // 077, for a property list has no octal numbers.
  t.is(agent["Umask"], 0o077);
});

test("another reader of property lists reads the same", async (t) => {
  if (!has(t, "python3")) return;
  const text = await templateAt("launchd/autod.plist");
  const file = join(await emptyFolder(t), "autod.plist");
  await writeFile(file, text);
  const script =
    "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
  const { stdout } = await run("python3", ["-c", script, file]);
  t.deepEqual(JSON.parse(stdout), readPlist(text));
});

test("what is no property list isn't taken for one", (t) => {
  for (const text of ["<plist><string>x</string></plist>", "<plist></plist>"]) {
    t.throws(() => readPlist(text));
  }
});
