import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import cliTruncate from "cli-truncate";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import type { Sample } from "../demo/samples.ts";
import { showAmount, showUsd, sumOf } from "../money/amount.ts";
import { textOfBytes } from "../pdf/bytes.ts";
import { startInspector } from "../pdf/inspector.ts";
import type { DocumentRecord } from "../store/record.ts";
import { type Command, exit } from "./command.ts";
import { escapeText } from "./escape.ts";
import { totalOf } from "./show.ts";
import type { Terminal } from "./terminal.ts";

export const demo: Command = {
  usage: "demo",
  summary: "See it work: no key, no configuration, nothing leaves this machine",
  options: [["--keep", "keep the folder to look around in"]],
  example: "autod demo --keep",

  async run({ options, cli }) {
    const { terminal } = cli;
    const [{ openDaemon }, { makeSamples }, { startSandbox }] = await Promise.all([
      import("../daemon.ts"),
      import("../demo/samples.ts"),
      import("../sandbox/sandbox.ts"),
    ]);
    const home = await mkdtemp(join(tmpdir(), "autod-demo-"));
    try {
      await using inspector = startInspector();
      await using sandbox = await startSandbox({ readText: textOfBytes(inspector) });
      const config = await furnish(home, sandbox.url);
      const samples = await makeSamples(join(home, "Inbox"));
      terminal.print(
        "Six PDFs are saved into a folder, as by a scanner; autod reads and files them.",
      );
      terminal.print(
        terminal.style(
          "dim",
          "A stand-in on this machine plays the model; nothing is sent anywhere.",
        ),
      );
      terminal.print();

      await using daemon = await openDaemon(config, { keys: new Map([["openai", sandbox.key]]) });
      await daemon.once();
      const records = [...daemon.records()];
      for (const sample of samples) {
        for (const line of tell(sample, records, home, terminal)) terminal.print(line);
      }
      terminal.print(sum(records, terminal));
      terminal.print();
      for (const line of next(home, Boolean(options["keep"]))) terminal.print(line);
    } finally {
      if (!options["keep"]) await rm(home, { recursive: true, force: true });
    }
    return exit.done;
  },
};

/** A home like a user's own, with everything in one folder. */
async function furnish(home: string, url: string): Promise<Config> {
  for (const folder of ["Inbox", "Archive", "Quarantine"]) await mkdir(join(home, folder));
  const file = join(home, "autod.yaml");
  const settings = {
    dataDir: "./data",
    logs: { dir: "./log" },
    folders: [
      {
        name: "demo",
        inbox: "./Inbox",
        archive: "./Archive",
        quarantine: "./Quarantine",
        settle: "100ms",
      },
    ],
    openai: { baseUrl: url },
  };
  await writeFile(file, JSON.stringify(settings, null, 2));
  return loadConfig({ flags: { config: file }, env: {} });
}

/** What was read in a sample, and where it went. */
function tell(
  { name, path }: Sample,
  records: readonly DocumentRecord[],
  home: string,
  { style, width }: Terminal,
): string[] {
  const own = records.find(({ source }) => source.path === path);
  const twin = records.find(({ duplicates }) => duplicates.some((one) => one.path === path));
  const line = (label: string, text: string) => `  ${style("dim", label.padEnd(6))} ${text}`;
  if (!own) {
    const original = twin ? basename(twin.source.path) : "another";
    return [
      style("bold", name),
      line("is", `the same bytes as ${original}: not asked about again`),
      "",
    ];
  }
  const { extraction: read, filedAs, error, calls, costUsd } = own;
  const usage = calls[0]?.usage;
  return [
    style("bold", name),
    line("read", read ? gist(read) : escapeText(`nothing: ${error?.message}`)),
    line("filed", fitted(escapeText(relative(home, filedAs ?? path)), width - 9)),
    line(
      "cost",
      `${usage?.inputTokens ?? 0} tokens in, ${usage?.outputTokens ?? 0} out, ${showUsd(costUsd)}`,
    ),
    "",
  ];
}

/** A name is cut in its middle: both of its ends say something. */
const fitted = (text: string, room: number): string =>
  room === Number.POSITIVE_INFINITY
    ? text
    : cliTruncate(text, Math.max(room, 20), { position: "middle" });

function gist(read: NonNullable<DocumentRecord["extraction"]>): string {
  const parts = [read.kind, read.issuer, read.documentDate, totalOf(read)];
  return escapeText(parts.filter(Boolean).join(" · "));
}

function sum(records: readonly DocumentRecord[], { style }: Terminal): string {
  const total = sumOf(records.map(({ costUsd }) => costUsd));
  const model = records[0]?.calls[0]?.model ?? "the model";
  return style("bold", `With ${model} this would have cost ${showAmount(total)}.`);
}

function next(home: string, kept: boolean): string[] {
  const look = kept
    ? `The folder is kept: ${home}`
    : "Run it with --keep to look around in the folder.";
  return [look, "To use it for real: README.md, “Use it”."];
}
