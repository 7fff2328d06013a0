import test from "ava";
import { imageTokens } from "../src/money/images.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { dropCorpus, hasCorpus } from "./helpers/corpus.ts";
import type { Home } from "./helpers/home.ts";
import { invoice, pdf } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

/** Real PDFs; where they aren't at hand, some of our own must do. */
async function drop(home: Home): Promise<void> {
  if (hasCorpus) {
    await dropCorpus(home);
    return;
  }
  const prose =
    "Sehr geehrte Frau Doe, für die Lieferung von Strom im Januar berechnen wir wie folgt. ";
  for (let number = 0; number < 12; number += 1) {
    await home.drop(`invoice${number}.pdf`, await invoice(`RE-${number}`));
    await home.drop(`prose${number}.pdf`, await pdf({ pages: [prose.repeat(number * 10 + 1)] }));
  }
}

/** What the sandbox bills for a page at low detail, however large it is. */
const PAGE = 231;

const percentOff = (expected: number, billed: number): number =>
  (100 * (expected - billed)) / billed;

const distribution = (off: readonly number[]): string => {
  const sorted = off.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((off.length - 1) * share)]?.toFixed(2);
  const within = off.filter((one) => Math.abs(one) <= 5).length;
  const spread = [0, 0.1, 0.5, 0.9, 1].map(at).join(" … ");
  return `${off.length} documents, off by ${spread} %; ${within} of them by 5 % at most`;
};

test("the text of a document is counted to 5 %, and no bill is over its bound", async (t) => {
  await using sandbox = await openSandbox({ counts: true });
  await using inspector = startInspector();
  await using home = await homeAt(sandbox, { concurrency: 1 });
  await drop(home);
  await runOnce(home, sandbox);

  const records = (await home.records()).filter(({ calls }) => calls.length > 0);
  const [texts, whole]: [number[], number[]] = [[], []];
  for (const { calls, estimate, textLayer, pages, filedAs } of records) {
    t.true(Number(calls[0]?.costUsd) <= Number(estimate?.upperCostUsd));
    if (!textLayer) continue;
    const billed = calls[0]?.usage.inputTokens ?? 0;
    whole.push(percentOff(estimate?.inputTokens ?? 0, billed));
    const { formats } = await inspector.inspect(filedAs ?? "");
    // How pages are billed as images is known of no model for sure, and the sandbox has a rule of its own.
    const counted = (estimate?.countedTokens ?? 0) - imageTokens("gpt-5.6-luna", "low", formats);
    texts.push(percentOff(counted, billed - PAGE * (pages ?? 0)));
  }
  t.true(texts.length >= 20);
  t.log(`text alone: ${distribution(texts)}`);
  t.log(`with pages: ${distribution(whole)}`);
  for (const off of texts) t.true(Math.abs(off) <= 5, `${off} %`);
});
