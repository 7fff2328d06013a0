import test from "ava";
import { unheeded, verdictOn } from "../../src/stages/verdict.ts";
import type { Call, DocumentRecord } from "../../src/store/record.ts";
import { seededRecord, seededWork } from "../helpers/seeded-store.ts";
import { desk, type Verdict } from "./desk.ts";

const staged = "/staged";

/** A document whose last answers ended so, before a death or a full disk. */
function answered(outcomes: readonly Call["outcome"][], change: Partial<DocumentRecord> = {}) {
  const [call] = seededRecord(1).calls;
  const calls = outcomes.map((outcome, seq) => ({ ...call, seq, outcome }) as Call);
  const work = seededWork(staged, "answered");
  return seededRecord(1, { status: "waiting", extraction: null, calls, work, ...change });
}

const codeOf = (earlier: DocumentRecord) => verdictOn({ earlier, staged })?.code ?? null;

const isJudged = test.macro(
  (t, outcomes: readonly Call["outcome"][], code: ReturnType<typeof codeOf>) => {
    t.is(codeOf(answered(outcomes)), code);
  },
);

test(
  "a refusal that nothing was done about is the end of it",
  isJudged,
  ["refused"],
  "ANSWER_REFUSED",
);
test("one invalid answer is followed by another ask", isJudged, ["invalid"], null);
test("two invalid answers are the end of it", isJudged, ["invalid", "invalid"], "ANSWER_INVALID");
test(
  "two cut answers are the end of it",
  isJudged,
  ["incomplete", "incomplete"],
  "ANSWER_INCOMPLETE",
);
test("what the server failed at may pass", isJudged, ["failed", "failed"], null);
test("what may have been billed is asked for again", isJudged, ["refused", "unknown"], null);
test("where nothing was answered there is no verdict", isJudged, [], null);

test("what was said of another time, or of another file, is none", (t) => {
  t.is(codeOf(answered(["refused"], { work: null })), null);
  t.is(codeOf(answered(["refused"], { work: seededWork(staged, "claimed") })), null);
  t.is(codeOf(answered(["refused"], { work: seededWork("/other", "answered") })), null);
  t.is(unheeded({ earlier: null, staged }), null);
});

test("what was condemned is so in the words in which it was", (t) => {
  const work = seededWork(staged, "file", { target: "/Quarantine" });
  const error = {
    code: "TOO_MANY_PAGES",
    message: "900 pages",
    hint: "split it",
    stage: "inspect",
  };
  const condemned = answered([], { work, error: { ...error, kind: "document" } });
  t.like(verdictOn({ earlier: condemned, staged }), {
    code: "TOO_MANY_PAGES",
    message: "900 pages",
  });
  const full = { ...error, code: "DISK_FULL", kind: "disk" } as const;
  t.is(codeOf(answered(["refused"], { work, error: full })), "ANSWER_REFUSED");
});

const cut: Verdict = {
  outcome: "incomplete",
  code: "ANSWER_INCOMPLETE",
  message: "cut",
  again: "longer",
};

test("a cut answer before a death is followed by one ask with a doubled limit, and no third", async (t) => {
  await using at = await desk([cut]);
  const document = { ...at.document, earlier: answered(["incomplete"]) };
  await t.throwsAsync(at.stage.run(document, at.context), { code: "ANSWER_INCOMPLETE" });
  t.deepEqual(at.asked, [16_000]);
});
