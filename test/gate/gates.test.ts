import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { openGates, type Passage, unhindered } from "../../src/gate/gates.ts";
import type { Profile } from "../../src/openai/profile.ts";
import { captureLogs } from "../helpers/capture-logs.ts";

const profile = (key: string, server = "openai") => ({ key, settings: { server } }) as Profile;
const scans = profile("default");
const letters = profile("letters");
const local = profile("local", "basement");

const busy = new AutodError("API_BUSY", "slow down");
const wrongKey = new AutodError("KEY_REJECTED", "no such key", { apiCode: "401" });
const noModel = new AutodError("MODEL_UNAVAILABLE", "no such model", { apiCode: "404" });

/** Gates that are looked at after a millisecond, or hardly ever. */
function gatesWith({ minDelay = 1, maxDelay = 4, failing = 0 } = {}) {
  const ends = new AbortController();
  const log = captureLogs();
  const freed: string[] = [];
  let looks = 0;
  const gates = openGates({
    retry: { minDelay, maxDelay },
    probe: async () => {
      looks += 1;
      if (looks <= failing) throw busy;
    },
    onFree: ({ is, name }, howMany) => freed.push(`${is} ${name}: ${howMany}`),
    signal: ends.signal,
    log: log.logger,
  });
  const enter = (one: Profile): Passage => {
    const passage = gates.enter(one);
    if (!passage) throw new Error("shut");
    return passage;
  };
  return { gates, enter, log, freed, ends };
}
const hardlyEver = { minDelay: 50_000, maxDelay: 500_000 };

test("trouble with a key concerns all who use that server, and nobody else", (t) => {
  const { gates, enter, log, ends } = gatesWith(hardlyEver);
  t.is(enter(scans).failed("upload", wrongKey, undefined), wrongKey);
  t.deepEqual([scans, letters, local].map(gates.isFree), [false, false, true]);
  t.is(gates.enter(letters), null);
  t.like(log.lines(), [
    { level: 50, event: "account.blocked", server: "openai", error: { code: "KEY_REJECTED" } },
  ]);
  ends.abort();
});

test("trouble with a model concerns its profile alone", (t) => {
  const { gates, enter, ends } = gatesWith(hardlyEver);
  enter(scans).failed("extract", noModel, undefined);
  t.deepEqual([scans, letters, local].map(gates.isFree), [false, true, true]);
  ends.abort();
});

test("who is on the way when a block begins sends nothing more", async (t) => {
  const { enter, ends } = gatesWith(hardlyEver);
  const [one, other] = [enter(scans), enter(scans)];
  one.failed("upload", wrongKey, undefined);
  t.is(await t.throwsAsync(other.clear()), wrongKey);
  ends.abort();
});

test("a block ends when a document was read, and says so once", async (t) => {
  const { gates, enter, log, freed } = gatesWith();
  enter(scans).failed("upload", wrongKey, undefined);
  t.true(await gates.free(scans, true));
  const tried = enter(scans);
  t.false(gates.isFree(scans));
  await tried.clear();
  tried.passed("upload");
  t.false(gates.isFree(scans), "an upload is taken from everyone");
  tried.passed("extract");
  t.true(gates.isFree(scans));
  t.deepEqual(log.events(), ["account.blocked", "account.ok"]);
  t.deepEqual(freed, ["server openai: one", "server openai: all"]);
});

test("a document that is tried and fails shuts the gate again without another word", async (t) => {
  const { gates, enter, log } = gatesWith();
  enter(scans).failed("upload", wrongKey, undefined);
  await gates.free(scans, true);
  enter(scans).failed("extract", busy, undefined);
  t.false(gates.isFree(scans));
  t.deepEqual(log.events(), ["account.blocked"]);
  await gates.free(scans, true);
  using next = enter(scans);
  next.passed("extract");
  t.deepEqual(log.events(), ["account.blocked", "account.ok"]);
});

test("one that ends without a word leaves the trial to the next", async (t) => {
  const { gates, enter, freed } = gatesWith();
  enter(scans).failed("upload", wrongKey, undefined);
  await gates.free(scans, true);
  enter(scans)[Symbol.dispose]();
  t.true(gates.isFree(scans));
  t.deepEqual(freed, ["server openai: one", "server openai: one"], "also to one that waits");
});

test("eight failures in a row, over all documents, and the server is left alone", async (t) => {
  const { gates, enter, log } = gatesWith();
  const all = Array.from({ length: 8 }, () => enter(scans));
  for (const one of all.slice(1)) one.failed("extract", busy, undefined);
  t.true(gates.isFree(scans));
  all[0]?.failed("extract", busy, undefined);
  t.false(gates.isFree(scans));
  t.like(log.lines(), [{ level: 40, server: "openai" }]);
  t.true(await gates.free(scans, false), "a short pause is worth waiting for");
  enter(scans).passed("extract");
  t.true(gates.isFree(scans));
});

test("a success between failures begins the row anew, but an upload doesn't excuse the answers", (t) => {
  const { gates, enter } = gatesWith(hardlyEver);
  const one = enter(scans);
  for (let failure = 0; failure < 7; failure += 1) one.failed("extract", busy, undefined);
  one.passed("extract");
  for (let failure = 0; failure < 7; failure += 1) {
    one.failed("extract", busy, undefined);
    one.passed("upload");
  }
  t.true(gates.isFree(scans));
  one.failed("extract", busy, undefined);
  t.false(gates.isFree(scans));
});

test("what the server asks for is kept by everyone", async (t) => {
  const { gates, enter, ends } = gatesWith();
  const other = enter(letters);
  const hour = 3_600_000;
  const asked = new AutodError("API_BUSY", "come back later", { retryAfter: hour });
  enter(scans).failed("extract", asked, undefined);
  t.false(await gates.free(letters, false), "an hour is not waited for at the gate");
  const error = await t.throwsAsync<AutodError>(other.clear());
  t.is(error?.code, "API_BUSY");
  t.true((error?.retryAfter ?? 0) > hour - 60_000 && (error?.retryAfter ?? 0) <= hour);
  ends.abort();
});

test("an answer that was under way ends a pause, but not one that the server asked for", (t) => {
  const { gates, enter, ends } = gatesWith(hardlyEver);
  const [one, other] = [enter(scans), enter(scans)];
  for (let failure = 0; failure < 8; failure += 1) one.failed("extract", busy, undefined);
  t.false(gates.isFree(scans));
  other.passed("extract");
  t.true(gates.isFree(scans));
  const asked = new AutodError("API_BUSY", "come back later", { retryAfter: 3_600_000 });
  one.failed("extract", asked, undefined);
  other.passed("extract");
  t.false(gates.isFree(scans));
  ends.abort();
});

test("of two that are told to wait, the longer wait holds", async (t) => {
  const { enter, ends } = gatesWith();
  const [one, two, third] = [enter(scans), enter(scans), enter(scans)];
  const wait = (retryAfter: number) => new AutodError("API_BUSY", "later", { retryAfter });
  one.failed("extract", wait(3_600_000), undefined);
  two.failed("extract", wait(5), undefined);
  const error = await t.throwsAsync<AutodError>(third.clear());
  t.true((error?.retryAfter ?? 0) > 3_000_000);
  ends.abort();
});

test("a short pause is waited for on the way, and then one goes first", async (t) => {
  const { enter } = gatesWith();
  const [one, other] = [enter(scans), enter(scans)];
  one.failed("extract", new AutodError("API_BUSY", "in a moment", { retryAfter: 5 }), undefined);
  await one.clear();
  let cleared = false;
  const waiting = other.clear().then(() => (cleared = true));
  await new Promise((resolve) => setImmediate(resolve));
  t.false(cleared);
  one.passed("extract");
  await waiting;
  t.true(cleared);
});

test("three documents in a row that are refused for the same reason go back together", (t) => {
  const { gates, enter, log, ends } = gatesWith(hardlyEver);
  const refused = (sha256: string, apiCode: string) =>
    enter(scans).condemned(sha256, apiCode, undefined);
  t.deepEqual(refused("a", "400 odd"), []);
  t.deepEqual(refused("b", "400 other"), []);
  t.deepEqual(refused("b", "400 other"), [], "the same document counts once");
  t.deepEqual(refused("c", "400 other"), []);
  t.deepEqual(refused("d", "400 other"), ["b", "c", "d"]);
  t.deepEqual([scans, letters].map(gates.isFree), [false, true]);
  t.like(log.lines(), [
    { event: "account.blocked", profile: "default", error: { code: "PROFILE_FAILING" } },
  ]);
  ends.abort();
});

test("one that is read between them begins the row anew", (t) => {
  const { enter } = gatesWith(hardlyEver);
  for (const sha256 of ["a", "b"]) enter(scans).condemned(sha256, "400 odd", undefined);
  enter(scans).passed("extract");
  t.deepEqual(enter(scans).condemned("c", "400 odd", undefined), []);
});

test("an accusation that others disproved is the document's own fault the next time", (t) => {
  const { gates, enter } = gatesWith(hardlyEver);
  enter(scans).passed("extract");
  const taken = enter(scans).failed("extract", noModel, "MODEL_UNAVAILABLE") as AutodError;
  t.like(taken, { code: "REQUEST_REJECTED", kind: "document", message: "no such model" });
  t.deepEqual(enter(scans).condemned("a", "400 odd", "PROFILE_FAILING"), []);
  t.true(gates.isFree(scans));
});

test("what an earlier process held against a profile is disproved by nothing yet", (t) => {
  const { gates, enter, ends } = gatesWith(hardlyEver);
  t.is(enter(scans).failed("extract", noModel, "MODEL_UNAVAILABLE"), noModel);
  t.false(gates.isFree(scans));
  ends.abort();
});

test("while nobody disproved it, the accused goes back again", async (t) => {
  const { gates, enter } = gatesWith();
  enter(scans).failed("extract", noModel, undefined);
  await gates.free(scans, true);
  t.is(enter(scans).failed("extract", noModel, "MODEL_UNAVAILABLE"), noModel);
  await gates.free(scans, true);
  t.deepEqual(enter(scans).condemned("a", "400 odd", "PROFILE_FAILING"), ["a"]);
  t.false(gates.isFree(scans));
});

test("a block of an earlier process is looked at once before anything is taken", async (t) => {
  const { gates, enter, freed } = gatesWith({ failing: 1 });
  gates.restore(scans, wrongKey);
  gates.restore(letters, busy);
  t.false(gates.isFree(scans));
  t.false(await gates.free(scans, false), "a block is not waited for by who has little time");
  t.true(await gates.free(scans, true));
  enter(scans).passed("extract");
  t.deepEqual(freed, ["server openai: one", "server openai: all"]);
});

test("what is no trouble with the API counts for nothing", (t) => {
  const { gates, enter } = gatesWith(hardlyEver);
  const one = enter(scans);
  const gone = new AutodError("FILE_MISSING", "gone");
  const bug = new TypeError("a bug");
  for (let failure = 0; failure < 20; failure += 1) {
    t.is(one.failed("upload", gone, undefined), gone);
    t.is(one.failed("upload", bug, undefined), bug);
  }
  t.true(gates.isFree(scans));
});

test("a document that was read already passes whatever is shut", async (t) => {
  await unhindered.clear();
  unhindered.passed("extract");
  t.is(unhindered.failed("upload", busy, undefined), busy);
  t.deepEqual(unhindered.condemned("a", "400 odd", undefined), []);
  unhindered[Symbol.dispose]();
});
