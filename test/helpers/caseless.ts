import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import { emptyFolder } from "./folder.ts";

const run = promisify(execFile);
const source = new URL("../faults/caseless.c", import.meta.url).pathname;

/**
 * A folder of this test's own that doesn't tell names apart by their case, as most disks of Macs don't; null,
 * and the test says so, where there can be none.
 */
export async function caselessDisk(t: ExecutionContext): Promise<string | null> {
  const folder = await emptyFolder(t);
  const [program, back, mounted] = [
    join(folder, "caseless"),
    join(folder, "back"),
    join(folder, "mounted"),
  ];
  for (const made of [back, mounted]) await mkdir(made);
  try {
    const { stdout } = await run("pkg-config", ["--cflags", "--libs", "fuse3"]);
    await run("gcc", ["-O1", "-o", program, source, ...stdout.trim().split(/\s+/)]);
    await mount(t, program, back, mounted);
    return mounted;
  } catch (error) {
    t.log(`left out: no disk of one's own can be mounted here: ${String(error).split("\n")[0]}`);
    t.pass();
    return null;
  }
}

async function mount(t: ExecutionContext, program: string, back: string, mounted: string) {
  const { dev } = await lstat(mounted);
  const server = spawn(program, [back, mounted, "-f"], { stdio: "ignore" });
  const closed = once(server, "close");
  t.teardown(async () => {
    server.kill("SIGTERM");
    await closed;
  });
  // It is there once the folder lies on another device.
  while ((await lstat(mounted)).dev === dev) {
    if (server.exitCode !== null) throw new Error(`FUSE ended with ${server.exitCode}`);
    await setTimeout(20);
  }
}
