import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify, stripVTControlCharacters } from "node:util";
import { makeSamples, type Sample } from "../src/demo/samples.ts";
import { textOfBytes, transcriptOfBytes } from "../src/pdf/bytes.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { takePicture } from "../src/pdf/picture.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import type { DocumentRecord } from "../src/store/record.ts";
import { readRecords } from "../src/store/store.ts";
import { draw } from "./drawing.ts";

/**
 * Takes pictures of what autod prints on a terminal of 80 columns, with colours (.ansi) and without (.txt):
 * `npm run pictures`, on Linux. The API is a stand-in, the documents are the demo's. What the demo prints is
 * drawn as well (.svg).
 */

/** Where Jane Doe lives in the pictures. */
const SHOWN = "/home/jane/autod";
const pictures = new URL("terminal/", import.meta.url).pathname;
const main = new URL("../src/main.ts", import.meta.url).pathname;

// As long as what is shown in its place, so that tables and lines stay as they are.
const home = join("/tmp", `autod-${randomBytes(3).toString("hex").slice(0, 5)}`);
if (tmpdir() !== "/tmp" || home.length !== SHOWN.length) throw new Error(`${home} won't do`);

const environment = {
  PATH: process.env["PATH"],
  HOME: home,
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
};

/** What a command line prints on a terminal of 80 columns. */
async function print(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    "script",
    ["-qec", `stty cols 80 rows 60; ${line}`, "/dev/null"],
    { env: environment, maxBuffer: 1e8 },
  ).catch((error: { stdout: string }) => error);
  return stdout.replaceAll("\r\n", "\n").replaceAll(home, SHOWN);
}

/** Takes a picture of these command lines, one below the other. */
async function take(name: string, words: readonly string[], errors = false): Promise<void> {
  const parts: string[] = [];
  for (const word of words) {
    // Bars and progress are gone when a command ends.
    const streams = errors ? "" : " 2>/dev/null";
    const printed = await print(`${process.execPath} ${main} ${word}${streams}`);
    parts.push(`$ autod ${word.replaceAll(home, SHOWN)}\n${printed}`);
  }
  const text = parts.join("\n");
  if (name === "demo") await writeFile(join(pictures, `${name}.svg`), draw(text));
  await writeFile(join(pictures, `${name}.ansi`), text);
  await writeFile(join(pictures, `${name}.txt`), stripVTControlCharacters(text));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(100);
}

await using inspector = startInspector();
const readText = textOfBytes(inspector);
await using sandbox = await startSandbox({
  readText,
  countTokens: inspector.tokens,
  readTranscript: transcriptOfBytes(inspector),
});
const known = () => readRecords(join(home, ".local/share/autod"));
const isOver = ({ status }: DocumentRecord) => status !== "processing";
try {
  await mkdir(pictures, { recursive: true });
  const folders = ["Inbox", "Archive", "Quarantine"];
  for (const folder of folders) await mkdir(join(home, folder), { recursive: true });
  const settings = join(home, ".config/autod");
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, "openai-key"), sandbox.key, { mode: 0o600 });
  const [inbox, archive, quarantine] = folders.map((folder) => join(home, folder));
  const scans = { name: "scans", inbox, archive, quarantine, settle: "100ms", patience: "1s" };
  const configuration = {
    folders: [scans],
    openai: { baseUrl: sandbox.url },
    profiles: { default: { me: ["Jane Doe", "Copper Kettle LLC"] } },
  };
  await writeFile(join(settings, "autod.yaml"), JSON.stringify(configuration));

  await take("demo", ["demo"]);

  const samples = await makeSamples(join(home, "Scanner"), async (sheet) => ({
    picture: await takePicture(sheet, { resolution: 110, tilt: 0.7 }),
    transcript: (await readText(sheet)).join("\n"),
  }));
  await take("estimate", [`estimate ${home}/Scanner`]);
  const daemon = spawn(process.execPath, [main, "run"], { env: environment, stdio: "ignore" });
  const save = ({ name, path }: Sample) => rename(path, join(home, "Inbox", name));
  const [late, ...soon] = samples;
  if (!late) throw new Error("there are no samples");
  for (const sample of soon) await save(sample);
  await until(async () => {
    const records = await known();
    const copies = records.flatMap(({ duplicates }) => duplicates);
    return records.every(isOver) && records.length + copies.length === soon.length;
  });
  // What comes now finds the account without credit.
  sandbox.setFaults({ rate: 1, kinds: ["quota"] });
  await save(late);
  await until(async () => (await known()).some(({ status }) => status === "waiting"));
  const bill = (await known()).find(({ extraction }) => extraction?.category === "Utilities");
  await take("list", ["list"]);
  await take("show", [`show ${bill?.id.slice(0, 6)}`]);
  await take("search", ["search electricity bill", "search electrcity"]);
  await take("costs", ["costs --by document", "costs --verify"]);
  await take("why", [`why ${home}/Inbox/${late.name}`, `why ${home}/Quarantine/noname.pdf`]);
  await take("status", ["status"]);
  await take("error", ["lsit", "list --status archive", "show 3f2a", "run"], true);
  await take("doctor", ["pause", "doctor", "resume"]);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  sandbox.setFaults(null);
  const aside = (await known()).find((one) => one.status === "review")?.id.slice(0, 6);
  await take("review", [
    "review",
    `edit ${aside} issuer='The Brass Spoon' category=Business`,
    `undo ${aside}`,
    `accept ${aside}`,
  ]);
  await take("rerun", [`rerun ${bill?.id.slice(0, 6)} --yes`]);
} finally {
  await rm(home, { recursive: true, force: true });
}
