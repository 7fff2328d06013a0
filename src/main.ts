import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import envPaths from "env-paths";
import { exit } from "./cli/command.ts";
import { openTerminal } from "./cli/terminal.ts";
import { AutodError, faultIn } from "./errors.ts";

const terminal = openTerminal(process.stdout, process.stderr);
const stopping = new AbortController();
const env = { ...process.env };
// The SDK reads these by itself: neither it nor a child is to be led astray by what a shell happens to hold.
for (const name of Object.keys(env).filter((one) => one.startsWith("OPENAI_"))) {
  delete process.env[name];
}

/** Milliseconds after which a stop ends the process, whatever is left: it is carried on at the next start. */
const LONGEST_STOP = 7_500;

for (const name of ["SIGTERM", "SIGINT"] as const) {
  process.on(name, () => {
    // Asked twice: at once.
    if (stopping.signal.aborted) process.exit(exit.done);
    stopping.abort();
    setTimeout(() => process.exit(exit.done), LONGEST_STOP).unref();
  });
}

// Without a listener Node opens a debugger then, for whoever is on this machine.
process.on("SIGUSR1", () => undefined);

// In the user's own folder: whoever may write there decides what runs. Where it can't be made, it starts slower.
enableCompileCache(envPaths("autod", { suffix: "" }).cache);
// Not before it can be stopped: loading the commands takes longer than all else at start.
const { runCommandLine } = await import("./cli/program.ts");
const { complain } = await import("./cli/complain.ts");
const debug = process.argv.includes("--debug");

const lastWords = new Set<(error: unknown) => void>();
for (const name of ["uncaughtException", "unhandledRejection"] as const) {
  // What goes on after a fault that nobody foresaw would be alive by half.
  process.on(name, (error) => {
    for (const say of lastWords) say(error);
    process.exit(complain(faultIn(error), terminal, debug));
  });
}

try {
  if (process.platform === "win32") {
    throw new AutodError("PLATFORM_UNSUPPORTED", "autod doesn't run on Windows");
  }
  const { version } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  // Told to stop already, it has nothing to end.
  process.exitCode = stopping.signal.aborted
    ? exit.done
    : await runCommandLine(process.argv.slice(2), {
        terminal,
        keyboard: process.stdin.isTTY ? process.stdin : null,
        input: process.stdin,
        env,
        version,
        signal: stopping.signal,
        beforeCrash(say) {
          lastWords.add(say);
          return { [Symbol.dispose]: () => void lastWords.delete(say) };
        },
        onHangUp(act) {
          process.on("SIGHUP", act);
          return { [Symbol.dispose]: () => void process.off("SIGHUP", act) };
        },
      });
} catch (error) {
  process.exitCode = complain(error, terminal, debug);
}
