import { execFile } from "node:child_process";
import { createCipheriv } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import PQueue from "p-queue";
import { isErrno } from "../src/errors.ts";
import type * as Fingerprint from "../src/fingerprint.ts";
import { type Benchmark, inTurns, type Row, timed } from "./benchmark.ts";
import { builtMain, type Program, startProgram } from "./built.ts";
import { scratch } from "./scratch.ts";

const run = promisify(execFile);

/** So many documents are worked on at the same time, unless the configuration says otherwise. */
const CONCURRENCY = 4;

/**
 * How fast autod learns who a document is.
 *
 * A process of its own, which has started before, hashes files by what the stage `hash` calls, so many at a time
 * as documents are worked on. Beside it one process of sha256sum has all of them on its command line; and so has
 * openssl where it is installed, for not every sha256sum uses what the processor has for it. All files were read
 * before, so that no disk is measured.
 */
export const hashing: Benchmark = {
  name: "hashing",
  about: "the SHA-256 of many small files and of a large one, beside sha256sum",
  async run({ of, repeats }) {
    const [small, large] = [of(2_000, 20), of(1_000, 20)];
    await using place = await scratch();
    const many = await makeFiles(join(place.path, "many"), small, 200_000);
    const one = await makeFiles(join(place.path, "one"), 1, large * 1_000_000);
    await using hasher = startProgram([import.meta.filename, builtMain()]);
    await once(hasher.child, "message");
    return [
      ...(await compare(`${small} files of 200 KB`, many, hasher, repeats)),
      ...(await compare(`a file of ${large} MB`, one, hasher, repeats)),
    ];
  },
};

interface Files {
  readonly paths: readonly string[];
  readonly megabytes: number;
}

/** Files whose bytes have no order, and are the same each time. */
async function makeFiles(folder: string, count: number, bytes: number): Promise<Files> {
  await mkdir(folder);
  const noise = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(200_000);
  const paths = Array.from({ length: count }, (_, at) => join(folder, `${at}.pdf`));
  for (const path of paths) {
    const pieces = Array.from({ length: bytes / zeros.length }, () => noise.update(zeros));
    await writeFile(path, pieces);
  }
  return { paths, megabytes: (count * bytes) / 1e6 };
}

async function compare(
  what: string,
  { paths, megabytes }: Files,
  { child }: Program,
  repeats: number,
): Promise<readonly Row[]> {
  const perSecond = async (hash: () => Promise<unknown>) =>
    (megabytes / (await timed(hash))) * 1_000;
  const named = (program: string, ...words: readonly string[]) =>
    perSecond(() => run(program, [...words, ...paths], { maxBuffer: 2 ** 30 }));
  const byOpenssl = () =>
    named("openssl", "dgst", "-sha256").catch((error: unknown) => {
      if (isErrno(error, "ENOENT")) return Number.NaN;
      throw error;
    });
  const { autod, sha256sum, openssl } = await inTurns(repeats, {
    sha256sum: () => named("sha256sum"),
    openssl: byOpenssl,
    autod: () =>
      perSecond(async () => {
        child.send(paths);
        await once(child, "message");
      }),
  });
  const row = { what, unit: "MB/s", ours: autod } as const;
  const rows: readonly Row[] = [
    {
      ...row,
      beside: { what: "sha256sum", measured: sha256sum },
      must: { ratio: "at least", bound: 0.9 },
    },
    { ...row, beside: { what: "openssl dgst", measured: openssl } },
  ];
  return rows.filter(({ beside }) => !beside?.measured.some(Number.isNaN));
}

if (import.meta.main) {
  const built = new URL("fingerprint.js", `file://${process.argv[2]}`).href;
  const { fingerprintAt } = (await import(built)) as typeof Fingerprint;
  process.on("message", async (paths: readonly string[]) => {
    const queue = new PQueue({ concurrency: CONCURRENCY });
    for (const path of paths) void queue.add(() => fingerprintAt(path));
    await queue.onIdle();
    process.send?.("done");
  });
  process.send?.("ready");
  await new Promise((resolve) => process.once("disconnect", resolve));
}
