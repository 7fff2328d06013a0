import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { sha256 } from "./helpers/expect-filed.ts";
import type { Home } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { until, watching } from "./helpers/watching.ts";

/** As many files as are wanted: `AUTOD_WRITERS=1000 npx ava test/writers.test.ts`. */
const WRITERS = Number(process.env["AUTOD_WRITERS"] ?? 60);
/** Milliseconds. */
const [SETTLE, PATIENCE] = [400, 6_000];

/** Who saves files in an inbox, in the ways of people, scanners and shares. */
function writerIn({ inbox, folder }: Home, name: string, seed: number) {
  /** What must be filed in the end, and each of it once. */
  const wanted = new Set<string>();
  /** What was complete for so long that it may have been taken, because the machine kept its writer waiting. */
  const excused = new Set<string>();
  let chance = seed * 7_919 + 1;
  let pages = 0;

  /** A number below `most`, by chance that is the same each time. */
  const below = (most: number): number => {
    chance = (chance * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((chance / 2_147_483_648) * most);
  };
  const page = (): Promise<Buffer> => invoice(`RE-${name}-${(pages += 1)}`);
  const lastPage = async (): Promise<Buffer> => {
    const bytes = await page();
    wanted.add(sha256(bytes));
    return bytes;
  };
  const at = (file: string): string => join(inbox, file);
  const path = at(`${name}.pdf`);

  /** A pause within a file: shorter than it has to be quiet. */
  const pause = () => setTimeout(below(SETTLE / 3));
  /** The same behind something that looks complete. */
  const pauseAfter = async (bytes: Buffer) => {
    const began = performance.now();
    await pause();
    if (performance.now() - began >= SETTLE) excused.add(sha256(bytes));
  };

  /** Writes bytes in pieces. */
  const pour = async (file: string, bytes: Buffer, flags: string) => {
    await using handle = await open(file, flags);
    const length = Math.ceil(bytes.length / (2 + below(5)));
    for (let done = 0; done < bytes.length; done += length) {
      const piece = bytes.subarray(done, done + length);
      await handle.write(piece, 0, piece.length, done);
      await pause();
    }
  };

  return {
    wanted,
    excused,
    ways: [
      async function slowly() {
        await pour(path, await lastPage(), "w");
      },
      async function intoRoomSetAside() {
        const bytes = await lastPage();
        await writeFile(path, Buffer.alloc(bytes.length));
        await pour(path, bytes, "r+");
      },
      async function underAnotherName() {
        const bytes = await lastPage();
        await writeFile(`${path}.part`, bytes.subarray(0, 500));
        await setTimeout(2 * SETTLE);
        await writeFile(`${path}.part`, bytes);
        await rename(`${path}.part`, path);
      },
      async function withLongPauses() {
        const bytes = await lastPage();
        await writeFile(path, bytes.subarray(0, bytes.length / 2));
        // It has no end yet, so it is waited for.
        await setTimeout(SETTLE + below(2 * SETTLE));
        await writeFile(path, bytes);
      },
      async function pageByPage() {
        for (let left = 2 + below(4); left > 0; left -= 1) {
          // Each page leaves a file that looks complete.
          const bytes = await page();
          await writeFile(path, bytes);
          await pauseAfter(bytes);
        }
        await writeFile(path, await lastPage());
      },
      async function replaced() {
        const first = await page();
        const beside = join(folder, `${name}.pdf`);
        await writeFile(beside, await lastPage());
        await writeFile(path, first);
        await pauseAfter(first);
        await rename(beside, path);
      },
      async function givenUp() {
        await writeFile(path, (await page()).subarray(0, 700));
        await setTimeout(below(2 * SETTLE));
        await rm(path);
      },
      async function renamedMeanwhile() {
        const bytes = await lastPage();
        await using handle = await open(at(`${name}.tmp.pdf`), "w");
        await handle.write(bytes, 0, 600, 0);
        await pause();
        await rename(at(`${name}.tmp.pdf`), path);
        await pause();
        await handle.write(bytes, 600, bytes.length - 600, 600);
      },
      async function aWholeFolder() {
        const beside = join(folder, `folder ${name}`);
        await mkdir(join(beside, "more"), { recursive: true });
        for (const file of ["one.pdf", "more/two.pdf", "more/three.PDF"]) {
          await writeFile(join(beside, file), await lastPage());
        }
        await rename(beside, at(`folder ${name}`));
      },
      async function inAFolderThatIsNew() {
        await mkdir(at(`new ${name}/deep`), { recursive: true });
        await pour(at(`new ${name}/deep/scan.pdf`), await lastPage(), "w");
      },
    ],
  };
}

for (const watch of ["native", "poll"]) {
  test(`however files are written, each is filed once when it is complete, and never before (${watch})`, async (t) => {
    t.timeout(120_000 + WRITERS * 1_000);
    await using sandbox = await openSandbox();
    const folder = {
      watch,
      pollInterval: "200ms",
      settle: `${SETTLE}ms`,
      patience: `${PATIENCE}ms`,
    };
    const settings = { concurrency: 8, budget: { perDay: null, perMonth: null } };
    await using home = await homeAt(sandbox, settings, folder);
    await using daemon = await watching(home, sandbox);
    const writers = Array.from({ length: WRITERS }, (_, number) =>
      writerIn(home, `${number}`, number),
    );
    for (let from = 0; from < WRITERS; from += 20) {
      await Promise.all(
        writers
          .slice(from, from + 20)
          .map(async ({ ways }, at) => await ways[(from + at) % ways.length]?.()),
      );
    }
    const wanted = new Set(writers.flatMap((writer) => [...writer.wanted]));
    const excused = new Set(writers.flatMap((writer) => [...writer.excused]));
    const archived = () => daemon.records().filter(({ status }) => status === "archived");
    await until(() => [...wanted].every((hash) => archived().some((one) => one.sha256 === hash)));
    await daemon.stop();

    const known = await home.records();
    const early = known.filter(({ sha256: hash }) => !wanted.has(hash));
    t.deepEqual(
      early.filter(({ sha256: hash }) => !excused.has(hash)).map(({ source }) => source.name),
      [],
      "nothing incomplete was taken for a document",
    );
    if (early.length > 0) t.log(`the machine kept ${early.length} writers waiting for too long`);
    t.is((await home.filed()).length, wanted.size + early.length);
    t.deepEqual(await home.left(), []);
  });
}
