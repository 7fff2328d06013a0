import { once } from "node:events";
import { startInspector } from "../pdf/inspector.ts";
import { textOfBytes } from "../pdf/bytes.ts";
import { type Command, exit, jsonOption } from "./command.ts";
import { wholeNumber } from "./option.ts";

export const sandbox: Command = {
  usage: "sandbox",
  summary: "A stand-in for the OpenAI API on this machine, to try autod without a key",
  options: [
    ["--port <number>", "listen on this port (else on any free one)"],
    ["--latency <milliseconds>", "take so long for each answer"],
    jsonOption,
  ],
  example: "autod sandbox --port 8123",

  async run({ options, cli }) {
    const { terminal, signal } = cli;
    const { startSandbox } = await import("../sandbox/sandbox.ts");
    await using inspector = startInspector();
    await using server = await startSandbox({
      readText: textOfBytes(inspector),
      port: wholeNumber("--port", options["port"], 65_535) ?? 0,
      latency: wholeNumber("--latency", options["latency"], 600_000) ?? 0,
    });
    const { url, key } = server;
    if (options["json"]) terminal.print(JSON.stringify({ url, key }));
    else {
      terminal.print(
        "A stand-in for the OpenAI API: it reads only the text in a PDF, and costs nothing.",
      );
      terminal.print();
      terminal.print(`  openai: { baseUrl: ${url} }   in the configuration`);
      terminal.print(`  OPENAI_API_KEY=${key}         in the environment`);
      terminal.print();
      terminal.print("Stop it with Ctrl+C.");
    }
    if (!signal.aborted) await once(signal, "abort");
    return exit.done;
  },
};
