import test from "ava";
import { AutodError } from "../../src/errors.ts";
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

test("an answer is held against what was seen in the document before; only where nobody looked is it read now", async (t) => {
  const says = async (text: readonly string[] | null) => {
    await using at = await desk([ok("read")]);
    await at.stage.run({ ...at.document, text }, at.context);
    return at.now()?.checks.map(({ code }) => code);
  };
  // Nothing is there where the desk looks.
  t.deepEqual(await says(null), []);
  t.true((await says(["It says something else altogether."]))?.includes("NOT_IN_DOCUMENT"));
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

test("the id of an answer in the making is durable before it is waited for, and its bill ends that", async (t) => {
  await using at = await desk([ok("read")], true);
  const { fetch } = at.extractor;
  const seen: unknown[] = [];
  at.extractor.fetch = async (...asked) => {
    seen.push(at.now()?.work);
    return await fetch(...asked);
  };
  t.like(await at.stage.run(at.document, at.context), { extraction: { title: "read" } });
  t.like(seen, [{ step: "ask", responseId: "resp_1" }]);
  t.like(at.now()?.work, { step: "answered", responseId: null, reservedUsd: null });
  t.deepEqual(at.now()?.work?.stored, ["resp_1"]);
});

test("an invalid answer from the background is asked for once more too", async (t) => {
  await using at = await desk([invalid, ok("read at last")], true);
  t.like(await at.stage.run(at.document, at.context), { extraction: { title: "read at last" } });
  t.deepEqual(at.fetched, ["resp_1", "resp_2"]);
  t.deepEqual(at.now()?.work?.stored, ["resp_1", "resp_2"]);
});

test("trouble while an answer is waited for leaves its ask open, and its money held", async (t) => {
  await using at = await desk([], true);
  const busy = new AutodError("ANSWER_PENDING", "not yet", { retryable: false });
  at.extractor.fetch = () => Promise.reject(busy);
  await t.throwsAsync(at.stage.run(at.document, at.context), { code: "ANSWER_PENDING" });
  t.like(at.now(), { calls: [], work: { step: "ask", responseId: "resp_1" } });
  t.false(at.budget.hasRoomFor("1", "scans"), "a dollar is all there is");
});

test("an answer in the making is fetched and not asked for, and stays the asker's", async (t) => {
  await using at = await desk([ok("read")], true);
  const pending = {
    responseId: "resp_0",
    upperUsd: "0.5",
    profile: "another",
    profileRevision: "0123456789ab",
  };
  at.billing.keep({ sha256: at.document.sha256, folder: "scans", upperUsd: pending.upperUsd });
  await at.stage.run({ ...at.document, pending }, at.context);
  t.deepEqual([at.asked, at.fetched], [[], ["resp_0"]]);
  t.like(at.now(), { profile: "another", profileRevision: "0123456789ab" });
  t.true(at.budget.hasRoomFor("0.9", "scans"));
});

test("an answer that is lost is booked as possible", async (t) => {
  await using at = await desk([], true);
  at.extractor.fetch = () => Promise.reject(new AutodError("API_ANSWER_LOST", "gone"));
  await t.throwsAsync(at.stage.run(at.document, at.context), { code: "API_ANSWER_LOST" });
  t.like(at.now(), {
    calls: [{ outcome: "unknown", responseId: null }],
    work: { step: "answered", responseId: null },
  });
});

test("an id that the disk refuses is stored as soon as it can be", async (t) => {
  await using at = await desk([ok("read")], true);
  let isFull = false;
  const { start } = at.extractor;
  at.extractor.start = async (...asked) => {
    isFull = true;
    return await start(...asked);
  };
  const { update } = at.store;
  at.refuse(async (...change) => {
    if (!isFull) return await update(...change);
    isFull = false;
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  });
  await at.stage.run(at.document, at.context);
  t.deepEqual(at.fetched, ["resp_1"]);
  t.deepEqual(at.now()?.work?.stored, ["resp_1"]);
});
