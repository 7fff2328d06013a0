import { rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { writeLargePdf } from "../test/helpers/pdf.ts";
import { homeAt } from "../test/helpers/run-once.ts";
import { type Benchmark, inTurns, type Row } from "./benchmark.ts";
import { startProgram, startWatching } from "./built.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";
import { makePapers, type Papers } from "./papers.ts";
import { dropAndWait } from "./readers.ts";
import { childrenOf, residentOf } from "./resident.ts";
import { scratch } from "./scratch.ts";

/**
 * What autod's process holds of the machine's memory, less what a Node holds that does nothing: watching one empty
 * folder and never used, and the most that it held at any time, from its start on, while it filed PDFs and while it
 * filed a large one. Each is a process of its own. What looks into PDFs is a child of it, and told by itself. Only
 * Linux tells.
 */
export const memory: Benchmark = {
  name: "memory",
  about: "memory of a process at rest, under load and with a large PDF, beside an idle Node's",
  async run({ of, repeats }) {
    if (process.platform !== "linux") {
      process.stderr.write("memory: only Linux tells what a process holds\n");
      return [];
    }
    await using place = await scratch();
    const papers = await makePapers(join(place.path, "papers"), { count: of(500, 40) });
    await using neighbour = await startNeighbour({ latency: LATENCY });
    // V8 gives back what it collected some seconds later.
    const rest = of(30) * 1_000;
    const { turns } = await inTurns(repeats, {
      async turns(): Promise<Turn> {
        const [bare, fresh] = await Promise.all([idleNode(rest), neverUsed(neighbour, rest)]);
        const loaded = await underLoad(neighbour, papers, rest);
        return { bare, ...fresh, ...loaded, large: await withLarge(neighbour, place.path) };
      },
    });
    const each = (name: keyof Turn) => turns.map((one) => one[name]);
    const beside = { what: "idle Node", measured: each("bare") };
    const row = (what: string, name: keyof Turn, bound?: number): Row => ({
      what,
      unit: "MB",
      ours: each(name),
      beside,
      ...(bound !== undefined && { must: { more: "at most", bound } }),
    });
    return [
      row("watching, never used", "idle", 60),
      row("the most, 32 at a time", "load", 200),
      row("the most, a PDF of 50 MB", "large", 200),
      row("the most, at its start", "start"),
      row("watching, used", "after"),
      row("the most, what looks into PDFs", "child"),
    ];
  },
};

/** Milliseconds that an answer takes, so that 32 are waited for at the same time. */
const LATENCY = 200;

const unlimited = { budget: { perDay: null, perMonth: null } };

/** Megabytes. */
interface Turn {
  readonly bare: number;
  readonly idle: number;
  readonly start: number;
  readonly load: number;
  readonly child: number;
  readonly after: number;
  readonly large: number;
}

async function idleNode(rest: number): Promise<number> {
  await using bare = startProgram(["-e", "setInterval(() => undefined, 1e6)"]);
  await setTimeout(rest);
  return residentOf(bare.pid).now;
}

async function neverUsed(
  neighbour: Neighbour,
  rest: number,
): Promise<Pick<Turn, "idle" | "start">> {
  await using home = await homeAt(neighbour);
  await using autod = await startWatching(home, neighbour.key);
  await setTimeout(rest);
  const { now, most } = residentOf(autod.pid);
  return { idle: now, start: most };
}

async function underLoad(
  neighbour: Neighbour,
  papers: Papers,
  rest: number,
): Promise<Pick<Turn, "load" | "child" | "after">> {
  await using home = await homeAt(neighbour, { ...unlimited, concurrency: 32 });
  const drop = await papers.prepare(home.inbox);
  await using autod = await startWatching(home, neighbour.key);
  await dropAndWait(neighbour, papers, drop);
  const load = residentOf(autod.pid).most;
  const child = Math.max(...childrenOf(autod.pid).map((pid) => residentOf(pid).most));
  await setTimeout(rest);
  return { load, child, after: residentOf(autod.pid).now };
}

async function withLarge(neighbour: Neighbour, place: string): Promise<number> {
  await using home = await homeAt(neighbour, unlimited);
  const [made, name] = [join(place, "large.pdf"), "large.pdf"];
  await writeLargePdf(made, 50_000_000);
  await using autod = await startWatching(home, neighbour.key);
  const since = await neighbour.seen();
  await rename(made, join(home.inbox, name));
  await neighbour.served(1, since);
  const filed = await home.filed();
  if (!filed.some((file) => file.startsWith("Archive/"))) throw new Error("it wasn't filed");
  return residentOf(autod.pid).most;
}
