import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { logEvents } from "../src/log.ts";

/** Who may import whom at run time. Types may come from anywhere: they bind nobody to a technology. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  extraction: ["zod"],
  document: [],
  fingerprint: [],
  shape: ["errors"],
  aborted: [],
  state: ["notify", "zod"],
  socket: ["errors", "log", "zod"],
  catalogue: ["store"],
  placeholder: [],
  checks: ["placeholder"],
  "shell-word": [],
  nearest: ["leven"],
  rest: [],
  stands: ["errors"],
  sync: ["errors"],
  unseen: [],
  log: ["errors", "unseen", "pino", "pino-roll"],
  config: ["errors", "extraction", "schedule", "nearest", "zod", "yaml", "env-paths"],
  schedule: ["node-cron"],
  checkup: [
    "config",
    "errors",
    "intake",
    "log",
    "money",
    "notify",
    "openai",
    "service",
    "socket",
    "stands",
    "state",
    "store",
    "zod",
  ],
  gate: ["errors", "log"],
  pipeline: ["errors", "gate", "log", "p-retry"],
  store: ["aborted", "errors", "sync", "extraction", "nearest", "zod", "lowdb"],
  openai: ["errors", "extraction", "zod", "openai", "undici"],
  filing: ["errors", "fingerprint", "placeholder", "sync"],
  pdf: ["errors", "@embedpdf/pdfium", "tiktoken"],
  money: ["errors", "store", "zod"],
  stages: ["errors", "checks", "fingerprint", "shape", "stands", "pipeline", "money", "store"],
  desk: ["errors", "intake", "money", "store", "zod"],
  intake: [
    "aborted",
    "checks",
    "errors",
    "extraction",
    "nearest",
    "sync",
    "stands",
    "state",
    "gate",
    "fingerprint",
    "shape",
    "socket",
    "store",
    "zod",
    "log",
    "filing",
    "money",
    "chokidar",
    "p-queue",
  ],
  notify: ["errors", "money", "store", "unseen", "zod"],
  sandbox: ["busboy", "zod"],
  demo: ["pdfkit", "store", "zod"],
  service: ["config", "errors", "intake", "shell-word", "store", "env-paths", "plist", "zod"],
  shift: ["catalogue", "config", "errors", "filing", "gate", "intake", "money", "openai", "stages"],
  succession: ["schedule"],
  daemon: [
    "desk",
    "errors",
    "intake",
    "log",
    "money",
    "notify",
    "pdf",
    "rest",
    "shift",
    "socket",
    "store",
    "succession",
  ],
  cli: [
    "catalogue",
    "checkup",
    "config",
    "daemon",
    "desk",
    "demo",
    "errors",
    "extraction",
    "filing",
    "intake",
    "log",
    "money",
    "nearest",
    "openai",
    "pdf",
    "sandbox",
    "shell-word",
    "service",
    "socket",
    "stages",
    "state",
    "store",
    "unseen",
    "@clack/prompts",
    "commander",
    "csv-stringify",
    "cli-progress",
    "cli-truncate",
    "string-width",
    "zod",
  ],
  launch: ["main"],
  main: ["cli", "errors", "env-paths"],
};

const source = new URL("../src/", import.meta.url).pathname;

async function sourceFiles(): Promise<string[]> {
  const files = await readdir(source, { recursive: true });
  return files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
}

/** What a file imports when it runs: rooms of ours and packages; `import type` is gone by then. */
function runTimeImports(file: string, text: string): string[] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\bfrom\s+)?"([^"]+)"/gm,
  );
  const dynamic = text.matchAll(/\b(?:import|require)\("([^"]+)"\)/g);
  return [...statements, ...dynamic].flatMap(([statement, from = ""]) => {
    if (from.startsWith("node:")) return [];
    // "import { type A, type B }" leaves nothing behind either.
    const names = /\{([^}]*)\}/
      .exec(statement)?.[1]
      ?.split(",")
      .filter((name) => name.trim());
    const defaultImport = /^import\s+[\w*]/.test(statement);
    if (!defaultImport && names?.every((name) => /^\s*type\s/.test(name))) return [];
    if (!from.startsWith(".")) return [packageOf(from)];
    return [roomOf(join(file, "..", from))];
  });
}

const roomOf = (file: string) => (file.split("/")[0] ?? "").replace(/\.ts$/, "");
const packageOf = (from: string) =>
  from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");

test("every room imports only what it may", async (t) => {
  const faults: string[] = [];
  for (const file of await sourceFiles()) {
    const room = roomOf(file);
    const allowed = mayImport[room];
    if (!allowed) faults.push(`${file}: room ${room} is not in the table`);
    for (const imported of runTimeImports(file, await readFile(join(source, file), "utf8"))) {
      if (imported !== room && !allowed?.includes(imported)) {
        faults.push(`${file} may not import ${imported}`);
      }
    }
  }
  t.deepEqual(faults, []);
});

test("no permission is given that nobody uses", async (t) => {
  const used = new Set<string>();
  for (const file of await sourceFiles()) {
    for (const imported of runTimeImports(file, await readFile(join(source, file), "utf8"))) {
      used.add(`${roomOf(file)} → ${imported}`);
    }
  }
  const given = Object.entries(mayImport).flatMap(([room, rooms]) =>
    rooms.map((one) => `${room} → ${one}`),
  );
  t.deepEqual(
    given.filter((one) => !used.has(one)),
    [],
  );
});

test("only the process's own file and the loading of the configuration touch the process's state", async (t) => {
  const offenders: string[] = [];
  for (const file of await sourceFiles()) {
    const text = await readFile(join(source, file), "utf8");
    const touched = text.match(
      /\bprocess\.(?:env|argv|exit|exitCode|on|stdin|stdout|stderr|cwd)\b/g,
    );
    // A child process has an entry of its own.
    if (touched && !["launch.ts", "main.ts", "config/load.ts", "pdf/child.ts"].includes(file)) {
      offenders.push(`${file}: ${touched.join(", ")}`);
    }
  }
  t.deepEqual(offenders, []);
});

test("every event that is logged is in the catalogue, and no other", async (t) => {
  const logged = new Set<string>();
  for (const file of await sourceFiles()) {
    if (file === "log.ts") continue;
    const text = await readFile(join(source, file), "utf8");
    for (const [, event] of text.matchAll(/\bevent\b[^;]*?"([a-z]+\.[a-z]+)"/g)) {
      if (event && logEvents.some((known) => known.split(".")[0] === event.split(".")[0])) {
        logged.add(event);
      }
    }
    // The event of a filed document is made of its status.
    if (text.includes("`document.${")) logged.add("document.archived").add("document.review");
  }
  t.deepEqual([...logged].toSorted(), [...logEvents].toSorted());
});
