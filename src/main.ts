#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { exit } from "./cli/command.ts";
import { exitCodeFor, runCommandLine } from "./cli/program.ts";
import { openTerminal } from "./cli/terminal.ts";
import { AutodError } from "./errors.ts";

const terminal = openTerminal(process.stdout, process.stderr);
const stopping = new AbortController();
const env = { ...process.env };
// The SDK reads these by itself: neither it nor a child is to be led astray by what a shell happens to hold.
for (const name of Object.keys(env).filter((one) => one.startsWith("OPENAI_"))) {
  delete process.env[name];
}

for (const name of ["SIGTERM", "SIGINT"] as const) {
  process.on(name, () => {
    // Asked twice: at once.
    if (stopping.signal.aborted) process.exit(exit.done);
    stopping.abort();
  });
}

try {
  if (process.platform === "win32") {
    throw new AutodError("PLATFORM_UNSUPPORTED", "autod doesn't run on Windows");
  }
  const { version } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    terminal,
    env,
    version,
    signal: stopping.signal,
  });
} catch (error) {
  process.exitCode = exitCodeFor(error, { terminal });
}
