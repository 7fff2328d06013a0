import { parseArgs } from "node:util";
import { setTimeout } from "node:timers/promises";
import { table } from "../src/cli/table.ts";
import { textOfBytes } from "../src/pdf/bytes.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { until } from "../test/helpers/watching.ts";
import { openBook } from "./soak/book.ts";
import { openCommand } from "./soak/command.ts";
import { type Dice, openDice } from "./soak/dice.ts";
import { growthIn, LEAST } from "./soak/growth.ts";
import { beginLife, type Life } from "./soak/life.ts";
import { openOrdering } from "./soak/ordering.ts";
import { comeToRest } from "./soak/rest.ts";
import { type Sample, sample } from "./soak/sample.ts";
import { openSaving } from "./soak/saving.ts";
import { openChanging, openHome } from "./soak/settings.ts";
import { weatherBy } from "./soak/weather.ts";
import { broken } from "./soak/whole.ts";

/**
 * Weeks of a user's life in minutes: a real autod, built, is given whatever comes to a folder and to a server, in
 * bursts of deeds, and is looked at each time it has come to rest. The seed decides what is done, and in which order;
 * when, the machine does.
 *
 * Deeds are new PDFs, known bytes, PDFs that are written slowly, junk, renames and deletions in the inboxes; faults
 * of the server, outages of it, and none; pause and resume, other settings and wrong ones; undo, retry, edit, forget,
 * and commands that only look. After some bursts, in the middle of its work, it is told to end, or killed, and
 * started again: every other life is short.
 *
 * Judged is, within each life that is long enough, whether what it holds has grown (soak/growth.ts); and at the end
 * of all, whether each copy of what was saved lies in one place that autod knows of, whole, with nothing left in
 * staging or at the server, and whether bills, store and log agree (soak/whole.ts). Ends with 1 where not, keeps the
 * folder, and names the seed. Linux only.
 *
 *     node bench/soak.ts --minutes 60 --seed 7
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
    /** Of a burst. */
    deeds: { type: "string", default: "12" },
  },
});
const { minutes, seed, deeds: most } = values;
const started = Date.now();
const latest = started + Number(minutes) * 60_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

await using inspector = startInspector();
await using sandbox = await startSandbox({ readText: textOfBytes(inspector), latency: 5 });
const home = await openHome(sandbox.url);
const samples: Sample[] = [];
const faults: string[] = [];
try {
  faults.push(...(await soak()));
} catch (error) {
  faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
const lives = [...Map.groupBy(samples, ({ life }) => life).values()];
for (const line of tableOf(samples)) say(line);
const judged = lives.filter(({ length }) => length >= LEAST);
say(`${lives.length} lives, ${judged.length} of them long enough to be judged by what they held`);
faults.push(...lives.flatMap(growthIn));
if (faults.length === 0) {
  await home[Symbol.asyncDispose]();
  say(`well: nothing grew, nothing is lost, every bill is booked (seed ${seed})`);
} else {
  for (const fault of faults) say(`✗ ${fault}`);
  say(`again: node bench/soak.ts --minutes ${minutes} --deeds ${most} --seed ${seed}`);
  say(`kept: ${home.folder}`);
  process.exitCode = 1;
}

/** Lives through it all, and says what is broken at the end. */
async function soak(): Promise<readonly string[]> {
  const book = openBook();
  const command = openCommand(home, sandbox.key);
  const saving = openSaving(home, book);
  const ordering = openOrdering(home, command, book);
  const changing = await openChanging(home, command);
  const calm = async (life: Life) => {
    await saving.written();
    sandbox.setFaults(null);
    await ordering.resume();
    await changing.restore();
    await comeToRest(home, command, life);
  };

  let life = await beginLife(home, sandbox.key);
  try {
    const deeds: readonly (readonly [weight: number, deed: (dice: Dice) => unknown])[] = [
      [8, saving.save],
      [3, saving.saveAgain],
      [3, saving.saveSlowly],
      [2, saving.saveJunk],
      [2, saving.rename],
      [2, saving.delete],
      [1, saving.tidy],
      [3, (dice) => sandbox.setFaults(weatherBy(dice))],
      [2, ordering.undo],
      [3, ordering.retry],
      [1, ordering.edit],
      [1, ordering.forget],
      [2, ordering.look],
      [1, ordering.pause],
      [2, ordering.resume],
      [2, changing.change],
      [0.3, () => changing.spoil(life)],
      [3, (dice) => setTimeout(dice.below(500))],
    ];
    for (let [number, burst, end] = [1, 0, spanOf(1)]; Date.now() < latest; burst += 1) {
      for (let deed = 0; deed < Number(most); deed += 1) {
        const dice = openDice(`${seed} ${burst} ${deed}`);
        await weighed(deeds, dice)(dice);
        life.mustLive();
      }
      if (burst === end) {
        await finish(life, openDice(`${seed} ${burst}`).chance() < 0.5 ? "SIGKILL" : "SIGTERM");
        life = await beginLife(home, sandbox.key);
        number += 1;
        end = burst + spanOf(number);
      }
      await calm(life);
      const now = { ...(await sample(home, life)), life: number, at: (Date.now() - started) / 1e3 };
      samples.push(now);
      process.stderr.write(`${JSON.stringify(now)}\n`);
    }

    // What the server keeps of uploads that nobody knows of goes at the next start.
    await finish(life, "SIGTERM");
    life = await beginLife(home, sandbox.key);
    await calm(life);
    await until(() => sandbox.files().length === 0 || Date.now() > latest + 120_000);
    await finish(life, "SIGTERM");
    const code = await command.run("costs", "--verify");
    const found = await broken(home, sandbox, book);
    return code === 0 ? found : [...found, `autod costs --verify ended with ${code}`];
  } finally {
    await life[Symbol.asyncDispose]();
  }
}

/** After how many bursts a life ends: every other after a few, those between after many. */
function spanOf(life: number): number {
  const dice = openDice(`${seed} life ${life}`);
  return life % 2 === 1 ? 1 + dice.below(3) : 10 + dice.below(40);
}

async function finish(life: Life, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  const code = await life.end(signal);
  if (signal === "SIGTERM" && code !== 0) throw new Error(`told to end, it ended with ${code}`);
}

/** One of several, the heavier the likelier. */
function weighed<One>(ones: readonly (readonly [weight: number, one: One])[], dice: Dice): One {
  let rest = dice.chance() * ones.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, one] of ones) {
    rest -= weight;
    if (rest < 0) return one;
  }
  throw new Error("nothing is weighed");
}

function tableOf(all: readonly Sample[]): readonly string[] {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const column = (title: string, text: (one: Sample) => string | number) => ({
    title,
    text: (one: Sample) => `${text(one)}`,
    align: "right" as const,
  });
  return table(
    all,
    [
      column("life", ({ life }) => life),
      column("at s", ({ at }) => Math.round(at)),
      column("records", ({ records }) => records),
      column("stored MB", ({ stored }) => megabytes(stored)),
      column("heap MB", ({ heap }) => megabytes(heap)),
      column("RSS MB", ({ rss }) => megabytes(rss)),
      column("descriptors", ({ descriptors }) => descriptors),
      column("connections", ({ connections }) => connections),
      column("watches", ({ watches }) => watches),
      column("folders", ({ folders }) => folders),
      column("children", ({ children }) => children),
      column("timers", ({ timers }) => timers),
    ],
    { width: 200, style: (_, text) => text },
  );
}
