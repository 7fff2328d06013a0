import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startAutod } from "../test/helpers/cli.ts";
import { type Home } from "../test/helpers/home.ts";
import { invoice } from "../test/helpers/pdf.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { until } from "../test/helpers/watching.ts";
import { startNeighbour } from "./neighbour.ts";

/**
 * How soon files are taken, and that none is taken too early, missed or kept waiting by others.
 *
 *     node bench/noticing.ts --what latency    # from the last byte to the claim, beside inotifywait
 *     node bench/noticing.ts --what slow       # files that are written slowly, in many rhythms
 *     node bench/noticing.ts --what stopped    # files that come while the process is stopped
 *     node bench/noticing.ts --what backlog    # files that lie there at the start
 */
const { values } = parseArgs({
  options: { what: { type: "string", default: "latency" }, files: { type: "string" } },
});
const settle = 1_000;
const folder = { settle: `${settle}ms`, patience: "15s", duplicates: "delete" };
const settings = { budget: { perDay: null, perMonth: null }, concurrency: 8 };

await using sandbox = await startNeighbour();
await using home = await homeAt(sandbox, settings, folder);

/** autod at work on the home, as a process of its own. */
async function running({ configFile, inbox }: Home) {
  const child = startAutod(["run", "--config", configFile], { OPENAI_API_KEY: sandbox.key });
  child.stdout.resume();
  child.stderr.resume();
  await until(async () => (await logs()).some(({ event }) => event === "folder.watching"));
  return {
    pid: child.pid ?? 0,
    signal: (name: NodeJS.Signals) => child.kill(name),
    inbox,
    async [Symbol.asyncDispose]() {
      const closed = once(child, "close");
      child.kill();
      await closed;
    },
  };
}

const logs = () => home.logs().catch(() => []);

/** When each file was claimed, by its path: milliseconds. */
async function claims(): Promise<ReadonlyMap<string, number>> {
  const claimed = (await logs()).filter(({ event }) => event === "document.claimed");
  return new Map(claimed.map(({ path, time }) => [String(path), Date.parse(String(time))]));
}

const count = async (event: string) => (await logs()).filter((line) => line.event === event).length;

const percentile = (all: readonly number[], part: number): number =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * part))] ??
  Number.NaN;

const summary = (name: string, all: readonly number[]) => ({
  "ms after": name,
  files: all.length,
  median: Math.round(percentile(all, 0.5)),
  "99 %": Math.round(percentile(all, 0.99)),
  most: Math.round(percentile(all, 1)),
});

async function resident(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1]) / 1_000);
}

async function latency(files: number): Promise<void> {
  await using autod = await running(home);
  const other = spawn("inotifywait", [
    "-m",
    "-q",
    "-e",
    "close_write",
    "--format",
    "%w%f",
    autod.inbox,
  ]);
  const told = new Map<string, number>();
  let isThere = true;
  other.on("error", () => {
    isThere = false;
  });
  createInterface(other.stdout).on("line", (path) => told.set(path, Date.now()));
  await setTimeout(1_000);
  const written = new Map<string, number>();
  for (let number = 0; number < files; number += 1) {
    const path = join(autod.inbox, `scan${number}.pdf`);
    await writeFile(path, await invoice(`RE-${number}`));
    written.set(path, Date.now());
    await setTimeout(50);
  }
  await until(async () => (await claims()).size === files);
  const at = await claims();
  const after = (times: ReadonlyMap<string, number>) =>
    [...written].map(([path, last]) => (times.get(path) ?? Number.NaN) - last);
  console.table([
    summary("the last byte: inotifywait's close_write", isThere ? after(told) : []),
    summary(
      "the last byte and settle: the claim",
      after(at).map((one) => one - settle),
    ),
  ]);
  other.kill();
}

/** Writes a file in so many pieces with pauses; gives the longest pause that it really made. */
async function write(path: string, bytes: Buffer, kind: number, pauses: readonly number[]) {
  const partial = kind % 4 === 3;
  let longest = 0;
  let last = 0;
  const piece = Math.ceil(bytes.length / (pauses.length + 1));
  const handle = await open(path, "w");
  // Room that is set aside first, as by a share.
  if (kind % 4 === 1) await handle.write(Buffer.alloc(bytes.length), 0, bytes.length, 0);
  for (let at = 0, step = 0; at < bytes.length; at += piece, step += 1) {
    if (step > 0) await setTimeout(pauses[step - 1]);
    const now = performance.now();
    if (last > 0) longest = Math.max(longest, now - last);
    if (partial) {
      // A scanner writes the whole file anew after each page, and each looks complete.
      await writeFile(path, step === pauses.length ? bytes : await invoice(`${path} ${step}`));
    } else {
      const part = bytes.subarray(at, at + piece);
      await handle.write(part, 0, part.length, at);
    }
    last = performance.now();
  }
  await handle.close();
  return longest;
}

async function slow(files: number): Promise<void> {
  await using autod = await running(home);
  const wanted = new Map<string, { readonly path: string; readonly longest: number }>();
  const one = async (number: number) => {
    const bytes = await invoice(`RE-${number}`);
    const path = join(autod.inbox, `scan${number}.pdf`);
    // From quick to nearly as long as a file must be quiet; what is incomplete may take longer.
    const most = number % 4 === 0 ? 3_000 : settle * 0.9;
    const pauses = Array.from(
      { length: 2 + (number % 7) },
      (_, step) => 20 + ((number * 37 + step * 211) % (most - 20)),
    );
    const longest = await write(path, bytes, number, pauses);
    wanted.set(createHash("sha256").update(bytes).digest("hex"), { path, longest });
  };
  for (let from = 0; from < files; from += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, files - from) }, (_, more) => one(from + more)),
    );
  }
  await until(async () => {
    const known = new Set((await home.records()).map(({ sha256 }) => sha256));
    return [...wanted.keys()].every((sha256) => known.has(sha256));
  });
  const early = (await home.records()).filter(({ sha256 }) => !wanted.has(sha256));
  const late = new Set(
    [...wanted.values()].filter(({ longest }) => longest >= settle).map(({ path }) => path),
  );
  const excused = early.filter(({ source }) => late.has(source.path));
  console.log(
    `${files} files written slowly: ${await count("document.claimed")} claims, ${early.length - excused.length} of them too early, ` +
      `${excused.length} more while the machine kept their writer waiting for longer than settle`,
  );
}

/** Moves so many files in at once, each with bytes of its own that are no PDF, so that nothing is asked. */
async function pour(inbox: string, files: number): Promise<void> {
  const beside = join(dirname(inbox), "beside");
  await mkdir(beside);
  for (let number = 0; number < files; number += 1) {
    await writeFile(join(beside, `${number}.pdf`), `%PDF-1.7 ${number} %%EOF`);
  }
  for (let number = 0; number < files; number += 1) {
    await rename(join(beside, `${number}.pdf`), join(inbox, `${number}.pdf`));
  }
}

async function stopped(files: number): Promise<void> {
  await using autod = await running(home);
  autod.signal("SIGSTOP");
  await pour(autod.inbox, files);
  const began = Date.now();
  autod.signal("SIGCONT");
  await until(async () => {
    await setTimeout(2_000);
    return (await count("document.quarantined")) === files;
  });
  const last = Math.max(...(await claims()).values());
  console.log(
    `${files} files came while it was stopped: all found, the last claimed ${((last - began) / 1_000).toFixed(1)} s after; ` +
      `events missed by its own account: ${await count("rescan.found")}; RSS at most ${await resident(autod.pid, "VmHWM")} MB`,
  );
}

async function backlog(files: number): Promise<void> {
  await pour(home.inbox, files);
  await using autod = await running(home);
  const bare = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1e6)"]);
  await until(async () => (await count("document.claimed")) > files / 4);
  const fresh = join(autod.inbox, "fresh.pdf");
  await writeFile(fresh, await invoice("fresh"));
  const came = Date.now();
  const before = await resident(autod.pid, "VmRSS");
  const status = startAutod(["status", "--config", home.configFile, "--json"]);
  let text = "";
  for await (const piece of status.stdout) text += String(piece);
  const { remaining, folders } = JSON.parse(text) as {
    readonly remaining: number | null;
    readonly folders: readonly { readonly untaken: number }[];
  };
  const asked = Date.now();
  await until(async () => {
    await setTimeout(2_000);
    return (await count("document.quarantined")) === files;
  });
  const at = await claims();
  const took = Math.max(...at.values()) - asked;
  const order = Array.from(
    { length: files },
    (_, number) => at.get(join(autod.inbox, `${number}.pdf`)) ?? 0,
  );
  const inversions = order.filter(
    (time, number) => number > 64 && time < (order[number - 64] ?? 0),
  ).length;
  console.log(
    `${files} files at the start: a new one was claimed ${(((at.get(fresh) ?? 0) - came) / 1_000).toFixed(1)} s after it came; ` +
      `${inversions} taken before one that came 64 files earlier`,
  );
  console.log(
    `status said ${folders[0]?.untaken} were left, done in ${Math.round((remaining ?? 0) / 1_000)} s; it took ${Math.round(took / 1_000)} s`,
  );
  console.log(
    `RSS in the middle ${before} MB, at most ${await resident(autod.pid, "VmHWM")} MB; bare Node ${await resident(bare.pid ?? 0, "VmRSS")} MB; ` +
      `${(await home.records()).length} records`,
  );
  const closed = once(bare, "close");
  bare.kill();
  await closed;
}

switch (values.what) {
  case "slow":
    await slow(Number(values.files ?? 1_000));
    break;
  case "stopped":
    await stopped(Number(values.files ?? 20_000));
    break;
  case "backlog":
    await backlog(Number(values.files ?? 20_000));
    break;
  default:
    await latency(Number(values.files ?? 300));
}
