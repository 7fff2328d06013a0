import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startAutod } from "../test/helpers/cli.ts";
import { invoice } from "../test/helpers/pdf.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import { startNeighbour } from "./neighbour.ts";

/**
 * What autod takes while there is nothing to do, with so many folders: memory beside bare Node's before and
 * after a first document, and the processor's time over so many seconds.
 *
 *     node bench/rest.ts --folders 10 --seconds 60
 */
const { values } = parseArgs({
  options: {
    folders: { type: "string", default: "10" },
    seconds: { type: "string", default: "60" },
  },
});
const [folders, seconds] = [Number(values.folders), Number(values.seconds)];

await using sandbox = await startNeighbour();
await using home = await homeAt(sandbox);
const more = Array.from({ length: folders - 1 }, (_, index) => {
  const place = (kind: string) => join(home.folder, `${kind}${index}`);
  return {
    name: `folder${index}`,
    inbox: place("in"),
    archive: place("out"),
    quarantine: place("no"),
  };
});
for (const { inbox, archive, quarantine } of more) {
  for (const path of [inbox, archive, quarantine]) await mkdir(path);
}
const written = JSON.parse(await readFile(home.configFile, "utf8")) as { folders: unknown[] };
written.folders.push(...more);
await writeFile(home.configFile, JSON.stringify(written));

const bare = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1e6)"]);
const autod = startAutod(["run", "--config", home.configFile], { OPENAI_API_KEY: sandbox.key });
autod.stdout.resume();
autod.stderr.resume();
const watchedFolders = async () => {
  const lines = await home.logs().catch(() => []);
  return lines.filter(({ event }) => event === "folder.watching").length;
};
await until(async () => (await watchedFolders()) === folders);
await setTimeout(30_000);
const row = async (when: string) => ({
  when,
  "bare Node MB": await residentOf(bare.pid),
  "autod MB": await residentOf(autod.pid),
  "its child MB": await residentOf(await childOf(autod.pid)),
});
const table = [await row("never used")];

const before = await processorOf(autod.pid);
await setTimeout(seconds * 1_000);
const used = (await processorOf(autod.pid)) - before;

await home.drop("scan.pdf", await invoice("RE-1"));
await until(async () => (await home.filed()).length === 1);
await setTimeout(1_000);
table.push(await row("after a document"));
await setTimeout(35_000);
table.push(await row("35 s later"));
console.table(table);
console.log(`${folders} folders, ${seconds} s at rest: ${used} ms of processor time`);

const ended = [once(bare, "close"), once(autod, "close")];
bare.kill();
autod.kill();
await Promise.all(ended);

async function residentOf(pid: number | undefined): Promise<number | null> {
  if (pid === undefined) return null;
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1_000);
}

async function childOf(pid: number | undefined): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim() === "" ? undefined : Number(text.trim().split(" ")[0]);
}

/** Milliseconds in user and kernel mode, at 100 ticks a second. */
async function processorOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
