import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import os from "node:os";

/** What it was measured on and with. */
export interface Machine {
  readonly at: string;
  readonly processor: string;
  readonly memory: string;
  readonly system: string;
  readonly disk: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
}

const named = ["openai", "chokidar", "lowdb", "pino", "zod", "@embedpdf/pdfium"] as const;

export async function describeMachine(): Promise<Machine> {
  const [first] = os.cpus();
  const { versions: node } = process;
  const versions = named.map((name) => [name, versionOf(name)]);
  return {
    at: new Date().toISOString().slice(0, 16),
    processor: `${os.cpus().length} × ${first?.model.trim() ?? "unknown"}`,
    memory: `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    disk: await diskAt(os.tmpdir()),
    node: `${node.node} (V8 ${node.v8})`,
    versions: Object.fromEntries([["autod", revision()], ...versions]),
  };
}

const packageAt = (url: URL) => JSON.parse(readFileSync(url, "utf8")) as { version: string };

const versionOf = (name: string): string =>
  packageAt(new URL(`../node_modules/${name}/package.json`, import.meta.url)).version;

/** The version of what was measured, and which commit it was. */
function revision(): string {
  const { version } = packageAt(new URL("../package.json", import.meta.url));
  const git = (...words: string[]) =>
    execFileSync("git", words, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  try {
    return `${version} at ${git("describe", "--always", "--dirty", "--exclude", "*")}`;
  } catch {
    return version;
  }
}

/** Kinds of file system by the number that statfs(2) tells. */
const kinds: Readonly<Record<number, string>> = {
  0xef53: "ext4",
  0x9123683e: "btrfs",
  0x58465342: "xfs",
  0x01021994: "tmpfs",
  0x794c7630: "overlay",
  0x1a: "apfs",
};

async function diskAt(folder: string): Promise<string> {
  const { type } = await statfs(folder);
  return `${kinds[type] ?? `type ${type.toString(16)}`} (${folder})`;
}
