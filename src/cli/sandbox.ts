import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { readSource } from "../config/source.ts";
import { didYouMean } from "../config/wording.ts";
import { AutodError, isErrno, reasonIn } from "../errors.ts";
import { textOfBytes, transcriptOfBytes } from "../pdf/bytes.ts";
import { startInspector } from "../pdf/inspector.ts";
import { faultKinds } from "../sandbox/faults/kinds.ts";
import { faultNamed } from "../sandbox/faults/named.ts";
import { type Faults, planFaults } from "../sandbox/faults/plan.ts";
import { scriptShape } from "../sandbox/faults/script.ts";
import { type Command, exit, type Invocation, jsonOption } from "./command.ts";
import { escapeText } from "./escape.ts";
import { wholeNumber } from "./option.ts";

export const sandbox: Command = {
  usage: "sandbox",
  summary: "A stand-in for the OpenAI API, to try autod without a key",
  options: [
    ["--port <number>", "listen on this port (else on any free one)"],
    ["--latency <milliseconds>", "take so long for each answer"],
    jsonOption,
    ["--fault-script <file>", `fail as a YAML file says:\n${exampleScript()}`],
    ["--fault-rate <rate>", "fail by chance: 0.2 lets one in five uploads, asks, deletions fail"],
    ["--seed <number>", "another course of chance (1 if not given)"],
    ["--faults <kinds>", `the ways to fail by chance, separated by commas:\n${tableOfKinds()}`],
  ],
  example: "autod sandbox --fault-rate 0.2 --faults rate-limit,fault,reset",

  async run({ options, cli }) {
    const { terminal, signal } = cli;
    const port = wholeNumber("--port", options["port"], 65_535) ?? 0;
    const latency = wholeNumber("--latency", options["latency"], 600_000) ?? 0;
    const faults = await faultsIn(options);
    const { startSandbox } = await import("../sandbox/sandbox.ts");
    await using inspector = startInspector();
    const readText = textOfBytes(inspector);
    const readTranscript = transcriptOfBytes(inspector);
    await using server = await startSandbox({
      readText,
      readTranscript,
      countTokens: inspector.tokens,
      port,
      latency,
      faults,
    }).catch((error: unknown) => {
      throw isErrno(error, "EADDRINUSE", "EACCES") ? unlistened(port, error) : error;
    });
    const { url, key } = server;
    if (options["json"]) terminal.print(JSON.stringify({ url, key, faults }));
    else {
      terminal.print(
        "A stand-in for the OpenAI API: it reads only a PDF's text, and costs nothing.",
      );
      terminal.print();
      const settings = `openai: { baseUrl: ${url} }`;
      terminal.print(`  ${settings}   in the configuration`);
      terminal.print(`  ${`OPENAI_API_KEY=${key}`.padEnd(settings.length)}   in the environment`);
      terminal.print();
      for (const line of announce(faults)) terminal.print(line);
      terminal.print("Stop it with Ctrl+C.");
    }
    if (!signal.aborted) await once(signal, "abort");
    return exit.done;
  },
};

function exampleScript(): string {
  return [
    "    - request: POST /v1/responses     # :id in a path stands for any",
    "      kinds: [rate-limit, ok, fault]  # the first meets the first, and so on",
    "      forever: true                   # the last goes on; else all is well",
  ].join("\n");
}

function tableOfKinds(): string {
  return Object.entries(faultKinds)
    .map(([name, { means, takes }]) => {
      const called = takes ? `${name}[:${takes.what}]` : name;
      return `    ${called.padEnd(26)} ${means}`;
    })
    .join("\n");
}

async function faultsIn(options: Invocation["options"]): Promise<Faults | null> {
  const { faultRate, faults, seed, faultScript } = options;
  const byChance = [faultRate, faults, seed].some((given) => given !== undefined);
  if (faultScript !== undefined) {
    if (byChance) throw invalid("--fault-script takes no --fault-rate, --faults or --seed");
    return await readScript(String(faultScript));
  }
  if (!byChance) return null;
  if (faultRate === undefined || faults === undefined) {
    throw invalid("--fault-rate and --faults are given together or not at all");
  }
  const rate = String(faultRate).trim() === "" ? Number.NaN : Number(faultRate);
  if (!(rate >= 0 && rate <= 1)) {
    throw invalid(`--fault-rate takes a number from 0 to 1, not ${String(faultRate)}`);
  }
  const kinds = String(faults)
    .split(",")
    .map((kind) => kind.trim());
  for (const kind of kinds) checkKind(kind, "--faults");
  return { rate, kinds, seed: wholeNumber("--seed", seed, 1_000_000_000) ?? 1 };
}

async function readScript(file: string): Promise<Faults> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw invalid(`${file} can't be read: ${reasonIn(error)}`);
  });
  const { value, faults, lineOf } = readSource(text);
  const [wrong] = faults;
  if (wrong) throw invalid(`${file}:${wrong.line ?? 1}: ${wrong.text}`);
  const { data, error } = scriptShape.safeParse(value);
  const [issue] = error?.issues ?? [];
  if (!data) throw invalid(`${file}:${lineOf(issue?.path ?? [])}: ${issue?.message}`);
  for (const [index, step] of data.entries()) {
    for (const [place, kind] of step.kinds.entries()) {
      if (kind !== "ok") checkKind(kind, `${file}:${lineOf([index, "kinds", place])}`);
    }
    orInvalid(() => planFaults([step]), `${file}:${lineOf([index, "request"])}`);
  }
  return data;
}

function checkKind(kind: string, where: string): void {
  const [name = ""] = kind.split(":");
  const known = Object.keys(faultKinds);
  if (!known.includes(name)) {
    throw invalid(`${where}: unknown kind of fault: ${name}${didYouMean(name, known)}`);
  }
  orInvalid(() => faultNamed(kind), where);
}

/** What the sandbox can't mean is wrong in the command line. */
function orInvalid(check: () => unknown, where: string): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalid(`${where}: ${error.message}`);
  }
}

function unlistened(port: number, cause: NodeJS.ErrnoException): AutodError {
  const why = cause.code === "EACCES" ? "may not be used" : "is taken by another program";
  const hint = "Name another one with --port; without it, any free one is taken.";
  return new AutodError("ARGUMENT_INVALID", `port ${port} ${why}`, { cause, hint });
}

function invalid(message: string): AutodError {
  return new AutodError("ARGUMENT_INVALID", escapeText(message));
}

/** What it will do wrong, and an empty line; nothing where it does nothing wrong. */
function announce(faults: Faults | null): readonly string[] {
  if (faults === null) return [];
  if ("rate" in faults) {
    const percent = Number((faults.rate * 100).toFixed(2));
    const kinds = faults.kinds.join(", ");
    return [
      `By chance (seed ${faults.seed}) it fails ${percent} % of all uploads, asks and deletions:`,
      `  ${kinds}`,
      "",
    ];
  }
  const steps = faults.map(({ request, kinds, forever }) => {
    const end = forever ? "the last for ever" : "then all is well";
    return `  ${escapeText(request)}: ${kinds.join(", ")}; ${end}`;
  });
  return ["By script it fails:", ...steps, ""];
}
