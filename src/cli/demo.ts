import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import type { DemoOutcome } from "../demo/outcome.ts";
import type { Sample, Scan } from "../demo/samples.ts";
import type { DocumentRecord } from "../store/record.ts";
import { calledAs } from "./called.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { tellDemo } from "./demo-story.ts";
import { showProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export const demo: Command = {
  usage: "demo",
  summary: "See it work: no key, and nothing leaves this machine",
  options: [["--keep", "keep the folder to look around in"], jsonOption],
  example: "autod demo --keep",

  async run(invocation) {
    const { options, cli } = invocation;
    const home = await realpath(await mkdtemp(join(tmpdir(), "autod-demo-")));
    let isKept = false;
    try {
      if (!options["json"]) introduce(cli.terminal);
      const { samples, records } = await play(home, cli);
      if (cli.signal.aborted) {
        cli.terminal.note("stopped; nothing is left behind");
        return exit.done;
      }
      isKept = Boolean(options["keep"]);
      const kept = isKept ? home : null;
      const outcome: DemoOutcome = { folder: kept, records: [...records] };
      const called = calledAs(cli.env);
      tell(invocation, outcome, (terminal) =>
        tellDemo({ samples, records, home, kept, called }, terminal),
      );
    } finally {
      if (!isKept) await rm(home, { recursive: true, force: true });
    }
    return exit.done;
  },
};

function introduce({ print, style }: Terminal): void {
  print("A dozen PDFs as a scanner names them. autod reads each, names it and files it.");
  print(
    style("dim", "A stand-in on this machine plays the model: no key, no cost, nothing sent out."),
  );
  print();
}

interface Played {
  readonly samples: readonly Sample[];
  readonly records: readonly DocumentRecord[];
}

/** Lets the daemon itself work in a home like a user's own; ends early, with what there is, when told to stop. */
async function play(home: string, { terminal, signal }: Cli): Promise<Played> {
  const [
    { openDaemon },
    { makeSamples },
    { textOfBytes, transcriptOfBytes },
    { startInspector },
    { takePicture },
    { startSandbox },
  ] = await Promise.all([
    import("../daemon.ts"),
    import("../demo/samples.ts"),
    import("../pdf/bytes.ts"),
    import("../pdf/inspector.ts"),
    import("../pdf/picture.ts"),
    import("../sandbox/sandbox.ts"),
  ]);
  await using inspector = startInspector();
  const readText = textOfBytes(inspector);
  const readTranscript = transcriptOfBytes(inspector);
  await using sandbox = await startSandbox({
    readText,
    readTranscript,
    countTokens: inspector.tokens,
  });
  const config = await furnish(home, sandbox.url);
  const scan: Scan = async (sheet) => ({
    picture: await takePicture(sheet, { resolution: 110, tilt: 0.7 }),
    transcript: (await readText(sheet)).join("\n"),
  });
  const samples = await makeSamples(join(home, "Inbox"), scan, signal);
  if (signal.aborted) return { samples, records: [] };

  using progress = showProgress(terminal.screen, samples.length, "done");
  await using daemon = await openDaemon(config, {
    keys: new Map([["openai", sandbox.key]]),
    eyes: (line) => {
      if (ends.has((JSON.parse(line) as { event?: string }).event ?? "")) progress.tick();
    },
  });
  signal.addEventListener("abort", daemon.stop);
  // It may have come while the daemon was being opened.
  if (signal.aborted) daemon.stop();
  await daemon.once();
  return { samples, records: [...daemon.records()] };
}

/** A document is at its end with each of these. */
const ends: ReadonlySet<string> = new Set([
  "document.archived",
  "document.review",
  "document.quarantined",
  "document.duplicate",
  "document.waiting",
]);

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
        settle: "50ms",
        // One of the samples is cut off: nobody is to wait for the rest of it.
        patience: "500ms",
      },
    ],
    openai: { baseUrl: url },
  };
  await writeFile(file, JSON.stringify(settings, null, 2));
  return loadConfig({ flags: { config: file }, env: {} });
}
