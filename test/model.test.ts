import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  nat,
  oneof,
  record as recordOf,
} from "fast-check";
import { type Sandbox, startSandbox } from "../src/sandbox/sandbox.ts";
import { readBooks } from "../src/store/store.ts";
import { openReader, type Reader } from "./faults/scenarios.ts";
import { unbooked } from "./faults/sound.ts";
import { sha256 } from "./helpers/expect-filed.ts";
import { filesBelow, type Home } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { openWorld, type World } from "./helpers/world.ts";

/** As many as are wanted: `AUTOD_MODEL=200 npx ava test/model.test.ts`. */
const RUNS = Number(process.env["AUTOD_MODEL"] ?? 3);
const DOCUMENTS = 5;

type Step =
  | { readonly does: "drop"; readonly document: number }
  | { readonly does: "replace"; readonly choice: number; readonly document: number }
  | { readonly does: "rename" | "delete" | "undo" | "forget"; readonly choice: number }
  | { readonly does: "kill" | "retryAll" | "heal" | "share" }
  | { readonly does: "fail"; readonly kind: string }
  | { readonly does: "wait"; readonly milliseconds: number };

const choice = nat(20);
const document = nat(DOCUMENTS - 1);
const say = <const T extends string>(...does: T[]) => constantFrom(...does);
const kinds = "rate-limit fault reset reset-after broken-json refusal document html".split(" ");

const step: Arbitrary<Step> = oneof(
  { weight: 6, arbitrary: recordOf({ does: say("drop"), document }) },
  { weight: 1, arbitrary: recordOf({ does: say("replace"), choice, document }) },
  { weight: 2, arbitrary: recordOf({ does: say("rename", "delete"), choice }) },
  { weight: 2, arbitrary: recordOf({ does: say("undo", "forget"), choice }) },
  { weight: 3, arbitrary: recordOf({ does: say("kill") }) },
  { weight: 2, arbitrary: recordOf({ does: say("retryAll", "heal", "share") }) },
  { weight: 1, arbitrary: recordOf({ does: say("fail"), kind: constantFrom(...kinds) }) },
  {
    weight: 4,
    arbitrary: recordOf({ does: say("wait"), milliseconds: integer({ min: 50, max: 1200 }) }),
  },
);

test("whatever is done to it, in whatever order, nothing is lost, and nothing is paid for twice", async (t) => {
  t.timeout(60_000 + RUNS * 60_000);
  await using reader = openReader();
  const all = await Promise.all(
    Array.from({ length: DOCUMENTS }, (_, number) => invoice(`RE-${number}`)),
  );
  const lives = asyncProperty(array(step, { minLength: 8, maxLength: 20 }), (steps) =>
    live(steps, all, reader),
  );
  // It takes its time, and isn't the same each time: what failed is told as it was.
  const how = { numRuns: RUNS, endOnFailure: true, includeErrorInReport: true };
  await t.notThrowsAsync(assert(lives, how));
});

async function live(
  steps: readonly Step[],
  all: readonly Uint8Array[],
  { read }: Reader,
): Promise<void> {
  await using sandbox = await startSandbox({ readText: read, latency: 30 });
  await using home = await homeAt(sandbox);
  await using world = openWorld(home, sandbox);
  for (const one of steps) await take(one, world, sandbox, all);
  await world.rest();

  // Thrown, for it is told with the steps that led there.
  const found = [...(await whatIsThere(home, world)), ...(await unbooked(home, sandbox))];
  if (found.length > 0) throw new Error(found.join("\n"));
}

async function take(
  one: Step,
  world: World,
  sandbox: Sandbox,
  all: readonly Uint8Array[],
): Promise<void> {
  const bytesOf = (number: number) => all[number] ?? new Uint8Array();
  switch (one.does) {
    case "drop":
      return await world.drop(bytesOf(one.document));
    case "replace":
      return await world.replace(one.choice, bytesOf(one.document));
    case "rename":
    case "delete":
    case "undo":
    case "forget":
      return await world[one.does](one.choice);
    case "kill":
    case "retryAll":
    case "share":
      return await world[one.does]();
    case "heal":
      return sandbox.setFaults(null);
    case "fail":
      return sandbox.setFaults({ rate: 0.4, kinds: [one.kind] });
    case "wait":
      return await setTimeout(one.milliseconds);
  }
}

/** Says what isn't as it must be. */
async function whatIsThere(home: Home, world: World): Promise<readonly string[]> {
  const paths = (await filesBelow(home.folder, ".")).filter((path) => /\.(?:pdf|part)$/.test(path));
  const files = await Promise.all(
    paths.map(async (path) => ({ path, hash: sha256(await readFile(join(home.folder, path))) })),
  );
  const records = await home.records();
  const known = new Map(records.map((record) => [record.sha256, record]));
  const faults: string[] = [];
  for (const [hash, copies] of world.copies) {
    const there = files.filter((file) => file.hash === hash);
    const places = there.map(({ path }) => path).join(", ");
    if (there.length !== copies) faults.push(`${hash}: ${copies} were saved, there is ${places}`);
    const calls = known.get(hash)?.calls ?? [];
    const paid = calls.filter(({ outcome }) => outcome === "ok").length;
    if (paid > 1) faults.push(`${hash}: paid for ${paid} times`);
  }
  for (const { hash, path } of files) {
    const record = known.get(hash);
    const isLeft = path.startsWith("Inbox/");
    if (isLeft && record?.status !== "undone") faults.push(`${path} is left: ${record?.status}`);
  }
  for (const [hash, path] of world.undone) {
    const lies = files.some(
      (file) => file.hash === hash && file.path === relative(home.folder, path),
    );
    const status = known.get(hash)?.status;
    if (!lies || status !== "undone") faults.push(`${hash} was undone, and is ${status}`);
  }
  const answers = [...(await readBooks(home.config.dataDir, records)).calls()].filter(
    ({ outcome }) => outcome === "ok",
  ).length;
  const payable = world.payable.values().reduce((sum, times) => sum + times, 0);
  if (answers > payable) faults.push(`${answers} answers were paid for, ${payable} were needed`);
  return faults;
}
