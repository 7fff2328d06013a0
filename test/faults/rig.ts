import { execFile } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import { isErrno } from "../../src/errors.ts";
import { startAutod } from "../helpers/cli.ts";
import { emptyFolder } from "../helpers/folder.ts";
import type { Home } from "../helpers/home.ts";
import { leaveOut } from "../helpers/odd-files.ts";

/** Every point is tried where this is so; else a sample that takes a minute or two. */
export const isThorough = process.env["AUTOD_FAULTS"] === "all";

/** What lets one call of a process go wrong. */
export interface Rig {
  /** Runs autod on a home; `fault` is KIND:N:ACTION, as fault.c has it. */
  readonly run: (home: Home, words: readonly string[], key: string, fault: string) => Promise<Run>;
}

export interface Run {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly stderr: string;
  /** The calls that were counted, in order; the last one is where it died, if it did. */
  readonly points: readonly Point[];
}

/** A call by which a file below the home is changed. */
export interface Point {
  readonly number: number;
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Below the home. */
  readonly path: string;
}

/** Builds the rig; null, and the test says so, where there can be none. */
export async function buildRig(t: ExecutionContext): Promise<Rig | null> {
  const folder = await emptyFolder(t);
  const library = join(folder, "fault.so");
  const source = join(import.meta.dirname, "fault.c");
  try {
    if (process.platform !== "linux") throw new Error("only Linux preloads it");
    await promisify(execFile)("gcc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]);
  } catch (error) {
    leaveOut(t, `no call can be made to fail: ${String(error).split("\n")[0]}`);
    return null;
  }
  let runs = 0;
  return {
    async run(home, words, key, fault) {
      const trace = join(folder, `trace${(runs += 1)}`);
      const below = `${await realpath(home.folder)}/`;
      const child = startAutod([...words, "--config", home.configFile], {
        OPENAI_API_KEY: key,
        LD_PRELOAD: library,
        FAULT: `${fault}:${below}`,
        FAULT_TRACE: trace,
        // All that it changes is to be seen, and it is started so often that it pays not to compile it anew.
        UV_USE_IO_URING: "0",
        XDG_CACHE_HOME: folder,
        NODE_DISABLE_COMPILE_CACHE: "",
        NODE_V8_COVERAGE: "",
      });
      const stopped = setTimeout(() => child.kill("SIGABRT"), LONGEST_RUN);
      const { promise: closed, resolve } = Promise.withResolvers<number | null>();
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
      child.stdout.resume();
      child.on("close", (code, signal) => {
        if (signal === "SIGABRT") stderr += "\nit took longer than it ever should";
        resolve(code);
      });
      const code = await closed;
      clearTimeout(stopped);
      return { code, stderr, points: readPoints(await textOf(trace), below) };
    },
  };
}

/** Milliseconds. */
const LONGEST_RUN = 30_000;

/** It may die before it changes anything. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}

const readPoints = (trace: string, below: string): readonly Point[] =>
  [...trace.matchAll(/^(\d+) (\w+) (\d+) (.*)$/gm)]
    .map(([, number, kind = "", at, path = ""]) => ({
      number: Number(number),
      kind,
      at: Number(at),
      path: path.slice(path.indexOf(below) + below.length),
    }))
    .toSorted((a, b) => a.number - b.number);

/** As many of each kind as the points of a run: "mkdir 7, write 31". */
export const countKinds = (points: readonly Point[]): string =>
  [...Map.groupBy(points, ({ kind }) => kind)]
    .map(([kind, { length }]) => `${kind} ${length}`)
    .toSorted()
    .join(", ");

/** Every k-th of them and the first of each kind; all of them where that is wanted. */
export function sample(points: readonly Point[], every: number): readonly Point[] {
  if (isThorough) return points;
  const first = new Map(points.toReversed().map((point) => [point.kind, point]));
  return points.filter((point, at) => at % every === every - 1 || first.get(point.kind) === point);
}

/** Every so many of them, or all of them, with nothing done for kinds that are seldom. */
export const sampleEvery = <T>(all: readonly T[], every: number): readonly T[] =>
  isThorough ? all : all.filter((_, at) => at % every === every - 1);

/** Does something to each, two at a time; gives what came of them, in order. */
export async function twoAtATime<T, R>(
  all: readonly T[],
  act: (one: T) => Promise<R>,
): Promise<R[]> {
  const [results, left]: [R[], Iterator<[number, T]>] = [[], all.entries()];
  const work = async () => {
    for (let next = left.next(); !next.done; next = left.next()) {
      const [at, one] = next.value;
      results[at] = await act(one);
    }
  };
  await Promise.all([work(), work()]);
  return results;
}
