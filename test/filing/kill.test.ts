import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { dir } from "tmp-promise";
import { moveFile } from "../../src/filing/move.ts";
import { put } from "../../src/filing/quarantine.ts";
import { sweepParts } from "../../src/filing/sweep.ts";
import { errno, replaceCall } from "./failing.ts";
import type { Orders } from "./fixtures/mover.ts";
import { hash, otherDisk, places, saved } from "./rooms.ts";

const mover = join(import.meta.dirname, "fixtures", "mover.ts");
const idle: Orders = { moves: [], rejected: [], withoutLinks: false, dieAt: 0 };

// The mover is started so often that it pays not to compile it anew each time.
const cache = await dir({ unsafeCleanup: true });
test.after.always(() => cache.cleanup());

for (const across of otherDisk === undefined ? [false] : [false, true]) {
  for (const withoutLinks of [false, true]) {
    // The quarantine differs by its reasons only, which take the same way.
    for (const kind of withoutLinks ? (["moves"] as const) : (["moves", "rejected"] as const)) {
      const how = `${across ? "across" : "within"} file systems ${withoutLinks ? "without" : "with"} links`;
      const what = kind === "moves" ? "archive" : "quarantine";
      test.serial(
        `killed at any change on the way to the ${what}, ${how}, a file is there once`,
        async (t) => {
          if (withoutLinks) replaceCall(t, "link", () => Promise.reject(errno("EPERM", "link")));
          let survived = false;
          for (let dieAt = 1; !survived; dieAt += 4) {
            const runs = [0, 1, 2, 3].map((more) =>
              killedAt(t, { across, kind, withoutLinks, dieAt: dieAt + more }),
            );
            survived = (await Promise.all(runs)).includes(true);
            t.true(dieAt < 100);
          }
        },
      );
    }
  }

  test.serial(
    `killed at random again and again, every file ends up there once, ${across ? "across" : "within"} file systems`,
    async (t) => {
      const { inbox, archive: root } = await places(t, across);
      const files = await Promise.all(
        Array.from({ length: 24 }, (_, number) =>
          saved(join(inbox, `${number}.pdf`), Buffer.alloc(200_000 + number, number)),
        ),
      );
      const moves = files.map(({ path: from, sha256 }, number) => {
        return { from, root, folders: ["2026", "a"], name: "Bill.pdf", id: `id${number}`, sha256 };
      });
      for (let round = 0; round < 6; round += 1) {
        await run({ ...idle, moves }, Math.random() * 40);
        const bytes = new Set((await everything(inbox, root)).map(({ sha256 }) => sha256));
        for (const { sha256 } of files) t.true(bytes.has(sha256), `lost after round ${round}`);
      }
      await Promise.all(moves.map(moveFile));
      await sweepParts(root);
      const there = (await everything(inbox, root)).map(({ sha256 }) => sha256);
      t.deepEqual(there.toSorted(), files.map(({ sha256 }) => sha256).toSorted());
      t.deepEqual(await readdir(inbox), []);
    },
  );
}

interface Case {
  readonly across: boolean;
  readonly withoutLinks: boolean;
  readonly kind: "moves" | "rejected";
  readonly dieAt: number;
}

/** Moves one file, killed on the way, and again, and looks each time; whether it wasn't killed any more. */
async function killedAt(
  t: ExecutionContext,
  { across, kind, withoutLinks, dieAt }: Case,
): Promise<boolean> {
  const { inbox, archive: root } = await places(t, across);
  const other = await saved(join(root, "scan.pdf"));
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  const move = { from, root, name: "scan.pdf", id: "3f2a", sha256 };
  const rejected = { ...move, reason };
  const one = kind === "moves" ? { moves: [move] } : { rejected: [rejected] };
  const signal = await run({ ...idle, withoutLinks, dieAt, ...one });
  t.true(
    (await everything(inbox, root)).some((file) => file.sha256 === sha256),
    `lost at ${dieAt}`,
  );

  const path = kind === "moves" ? await moveFile(move) : await put(rejected);
  await sweepParts(root);
  // Where there are no links, a reservation that was killed before its first byte stays: it could be anybody's.
  const rest = (await everything(inbox, root)).filter((file) => file.size > 0);
  const expected = [
    { name: "scan.pdf", sha256: other.sha256 },
    { name: basename(path), sha256 },
  ];
  t.like(
    rest.filter(({ name }) => name.endsWith(".pdf")),
    expected.toSorted(byName),
    `at ${dieAt}`,
  );
  const reasons = rest.filter(({ name }) => !name.endsWith(".pdf"));
  t.deepEqual(
    reasons.map(({ name }) => name),
    kind === "moves" ? [] : [`${basename(path)}.reason.json`],
  );
  t.deepEqual(await readdir(inbox), []);
  return signal === null;
}

const reason = {
  code: "NOT_A_PDF",
  message: "",
  hint: "",
  stage: null,
  attempts: 1,
  costUsd: "0",
  possibleUsd: "0",
  at: "2026-01-15T10:00:00.000Z",
  source: "/home/jane/Scans/scan.pdf",
};

/** Runs the mover until it ends, dies, or is killed so many milliseconds after it began. */
async function run(orders: Orders, killAfter?: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [mover, JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { NODE_COMPILE_CACHE: cache.path },
  });
  const ended = once(child, "exit");
  if (killAfter !== undefined) {
    await once(child.stdout, "data");
    await sleep(killAfter);
    child.kill("SIGKILL");
  }
  const [code, signal] = await ended;
  if (code !== 0 && signal !== "SIGKILL") throw new Error(`the mover ended with ${code ?? signal}`);
  return signal;
}

async function everything(...roots: string[]) {
  const found = [];
  for (const root of roots) {
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name));
      found.push({ name: entry.name, size: bytes.length, sha256: hash(bytes) });
    }
  }
  return found.toSorted(byName);
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : 1;
