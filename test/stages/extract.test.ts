import test from "ava";
import { seededRecord } from "../helpers/seeded-store.ts";
import { desk, type Verdict } from "./desk.ts";

const invalid: Verdict = {
  outcome: "invalid",
  code: "ANSWER_INVALID",
  message: "broken",
  again: "same",
};
const refused: Verdict = {
  outcome: "refused",
  code: "ANSWER_REFUSED",
  message: "no",
  again: "never",
};

const ok = (title: string): Verdict => ({
  outcome: "ok",
  extraction: { ...seededRecord(1).extraction, title } as never,
});

test("an invalid answer is asked for once more, and both are billed", async (t) => {
  await using at = await desk([invalid, ok("read at last")]);
  const learned = await at.stage.run(at.document, at.context);
  t.like(learned, { extraction: { title: "read at last" } });
  t.deepEqual(at.asked, [8000, 8000]);
  t.deepEqual(
    at.now()?.calls.map(({ outcome, seq }) => [outcome, seq]),
    [
      ["invalid", 1],
      ["ok", 2],
    ],
  );
  t.like(at.now(), { extraction: { title: "read at last" }, work: { step: "answered" } });
});

test("invalid twice is the end of it", async (t) => {
  await using at = await desk([invalid, invalid]);
  await t.throwsAsync(at.stage.run(at.document, at.context), { code: "ANSWER_INVALID" });
  t.is(at.now()?.calls.length, 2);
  t.is(at.now()?.extraction, null);
});

test("a refusal is billed and never asked for again", async (t) => {
  await using at = await desk([refused]);
  await t.throwsAsync(at.stage.run(at.document, at.context), { code: "ANSWER_REFUSED" });
  t.deepEqual(at.asked, [8000]);
  t.is(at.now()?.calls[0]?.outcome, "refused");
});

test("what was answered before is not asked for", async (t) => {
  await using at = await desk([]);
  const { extraction } = seededRecord(1);
  const learned = await at.stage.run({ ...at.document, answer: extraction }, at.context);
  t.deepEqual(learned, { extraction: extraction as never });
  t.deepEqual(at.asked, []);
});

test("the intent and its price are durable before the request goes out", async (t) => {
  await using at = await desk([ok("read")]);
  const intents: unknown[] = [];
  const noReturn = () => intents.push(at.now()?.work);
  await at.stage.run(at.document, { ...at.context, noReturn });
  t.like(intents, [{ step: "ask", staged: "/staged" }]);
  t.regex((intents[0] as { reservedUsd: string }).reservedUsd, /^0\.0\d+$/);
});
