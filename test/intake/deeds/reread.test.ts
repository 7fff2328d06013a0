import { once } from "node:events";
import { rm } from "node:fs/promises";
import test from "ava";
import { openDaemon } from "../../../src/daemon.ts";
import { rerun } from "../../../src/cli/rerun.ts";
import { formatAmount, sumOf } from "../../../src/money/amount.ts";
import { openStore } from "../../../src/store/store.ts";
import { endIn } from "../../cli/answer.ts";
import { startAutod } from "../../helpers/cli.ts";
import { invoice } from "../../helpers/pdf.ts";
import { runOnce } from "../../helpers/run-once.ts";
import { openSandbox } from "../../helpers/sandbox.ts";
import { until } from "../../helpers/watching.ts";
import { type Office, openOffice } from "./office.ts";

const me = { me: ["Nordlicht Energie GmbH"] };
const profiles = { default: {}, other: { categories: ["Energy"] }, strict: me };
const filed = async (settings = {}) =>
  openOffice({ "scan.pdf": await invoice("RE-7") }, { profiles, ...settings });

const bills = ({ sandbox }: Office) => sandbox.bills().length;
const nothingLeft = ({ sandbox }: Pick<Office, "sandbox">) => [
  sandbox.files(),
  sandbox.responses(),
];

/** Waits until what is left at the server is deleted. */
const swept = (at: Office) => runOnce(at.home, at.sandbox);

test("without yes it says what it would cost, and asks nothing", async (t) => {
  await using at = await filed();
  const before = await at.of("scan.pdf");
  const { code, facts } = await at.rerun("scan.pdf");
  t.is(code, 0);
  t.like(facts, {
    documents: [],
    offers: [{ id: before.id, profile: "default", isThere: false, message: null }],
  });
  const [{ costUsd, upperCostUsd }] = facts.offers;
  t.true(Number(costUsd) > 0 && Number(costUsd) < Number(upperCostUsd));
  t.is(bills(at), 1);
  t.deepEqual(await at.of("scan.pdf"), before);
  const { lines } = await endIn(
    at.home,
    rerun,
    {},
    { args: [before.id], env: { OPENAI_API_KEY: at.sandbox.key } },
  );
  t.is(lines.at(-1), "Nothing was read. autod rerun with --yes reads it, and shows what differs.");
});

test("with yes it tells the difference and the cost, and changes nothing; apply afterwards costs nothing", async (t) => {
  await using at = await filed();
  await at.edit("scan.pdf", "title=Power");
  const before = await at.of("scan.pdf");
  const { code, facts } = await at.rerun("scan.pdf", { yes: true });
  t.is(code, 0);
  const [told] = facts.documents;
  t.like(told, { id: before.id, verdict: "read", path: null });
  t.deepEqual(told.differences, [], "what a person put right stays");
  t.is(bills(at), 2);
  const read = await at.of("scan.pdf");
  t.is(told.costUsd, read.calls[1]?.costUsd);
  t.is(read.costUsd, formatAmount(sumOf(read.calls.map(({ costUsd }) => costUsd))));
  for (const key of ["extraction", "checks", "filedAs", "history", "profile"] as const) {
    t.deepEqual(read[key], before[key]);
  }

  const { facts: offered } = await at.rerun("scan.pdf");
  t.like(offered.offers[0], { isThere: true, costUsd: "0" });
  const { code: end, facts: applied } = await at.rerun("scan.pdf", { apply: true });
  t.is(end, 0);
  const after = await at.of("scan.pdf");
  t.like(applied.documents[0], { verdict: "read", costUsd: "0", path: after.filedAs });
  t.is(bills(at), 2);
  t.like(after, { status: "archived", reread: null, work: null });
  t.is(after.extraction?.title, "Power");
  t.deepEqual(
    after.history.map(({ by }) => by),
    ["file", "edit", "rerun"],
  );
});

test("what a person put right stays so, whatever is read again; what they took back does not", async (t) => {
  await using at = await filed();
  await at.edit("scan.pdf", "issuer=Nordlicht", "title=Power");
  await at.edit("scan.pdf", "title=Light");
  await at.undo("scan.pdf");
  await at.undo("scan.pdf");
  await at.edit("scan.pdf", "issuer=Nordlicht");
  const { facts } = await at.rerun("scan.pdf", { yes: true, apply: true, profile: "other" });
  t.deepEqual(
    facts.documents[0].differences.map(({ field }: { field: string }) => field),
    ["category"],
  );
  const { extraction, filedAs } = await at.of("scan.pdf");
  t.like(extraction, { issuer: "Nordlicht", category: "Energy", evidence: { issuer: null } });
  t.not(extraction?.title, "Power");
  t.true(filedAs?.includes("Nordlicht - "));
});

test("another profile reads it as it would, and undo brings back what was known; to apply it again costs nothing", async (t) => {
  await using at = await filed();
  const before = await at.of("scan.pdf");
  const { facts } = await at.rerun("scan.pdf", { yes: true, apply: true, profile: "other" });
  const after = await at.of("scan.pdf");
  t.like(after, { profile: "other", extraction: { category: "Energy" } });
  t.is(facts.documents[0].path, after.filedAs);
  t.not(after.filedAs, before.filedAs);

  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "rerun", path: before.filedAs });
  const back = await at.of("scan.pdf");
  for (const key of ["extraction", "checks", "filedAs", "profile", "profileRevision"] as const) {
    t.deepEqual(back[key], before[key]);
  }
  await at.rerun("scan.pdf", { apply: true, profile: "other" });
  t.like(await at.of("scan.pdf"), { profile: "other", filedAs: after.filedAs });
  t.is(bills(at), 2);
  await at.undo("scan.pdf");
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "file" });
  t.deepEqual(await at.home.left(), ["Inbox/scan.pdf"]);
});

test("what was read again and can't be right is to be looked at once it is applied", async (t) => {
  await using at = await filed();
  const { facts } = await at.rerun("scan.pdf", { yes: true, profile: "strict" });
  t.like(facts.documents[0].checks, [{ field: "issuer", code: "ISSUER_IS_ME", hard: true }]);
  t.is((await at.of("scan.pdf")).status, "archived");
  await at.rerun("scan.pdf", { apply: true, profile: "strict" });
  const { status, filedAs } = await at.of("scan.pdf");
  t.is(status, "review");
  t.true((await at.home.filed()).some((file) => file.endsWith("_review/scan.pdf.reason.json")));
  t.true(filedAs?.endsWith("_review/scan.pdf"));
  t.like(await at.undo("scan.pdf"), { verdict: "undone", undoes: "rerun" });
  t.is((await at.home.filed()).length, 1);
});

test("what was uploaded and answered is deleted at the server that got it", async (t) => {
  await using second = await openSandbox();
  await using at = await filed({
    servers: { second: { baseUrl: second.url } },
    profiles: { ...profiles, second: { server: "second" } },
  });
  const keys = new Map([
    ["openai", at.sandbox.key],
    ["second", second.key],
  ]);
  const asked = at.sandbox.requests().length;
  {
    const { config } = at.home;
    await using daemon = await openDaemon(config, { keys });
    const { id } = await at.of("scan.pdf");
    const { reruns } = daemon;
    t.like(await reruns.read({ id, profile: "second", apply: false }), { path: null });
    const applied = await reruns.read({ id, profile: "second", apply: true });
    t.like(applied, { verdict: "read", costUsd: "0" });
    t.truthy(applied.path);
  }
  t.is(second.bills().length, 1);
  t.deepEqual(nothingLeft({ sandbox: second }), [[], []]);
  const gone = second.requests().filter(({ method }) => method === "DELETE");
  t.deepEqual(
    gone.map(({ status }) => status),
    [200, 200],
  );
  t.is(at.sandbox.requests().length, asked, "the other one is told nothing");
});

test("answers of no use are paid for, and change nothing", async (t) => {
  await using at = await filed();
  const before = await at.of("scan.pdf");
  at.sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["invalid"], forever: true }]);
  const { code, facts } = await at.rerun("scan.pdf", { yes: true, apply: true });
  t.is(code, 1);
  const [told] = facts.documents;
  t.like(told, { verdict: "refused", path: null, differences: [] });
  t.regex(told.message, /\(ANSWER_INVALID\)$/);
  t.is(bills(at), 3);
  const after = await at.of("scan.pdf");
  t.is(told.costUsd, formatAmount(sumOf(after.calls.slice(1).map(({ costUsd }) => costUsd))));
  for (const key of ["status", "extraction", "filedAs", "history"] as const) {
    t.deepEqual(after[key], before[key]);
  }
  at.sandbox.setFaults(null);
  await swept(at);
  t.is((await at.of("scan.pdf")).work, null);
  t.deepEqual(nothingLeft(at), [[], []]);
});

test("beyond the budget nothing is asked", async (t) => {
  await using at = await filed();
  const config = { ...at.home.config, budget: { ...at.home.config.budget, perDay: "0.0000001" } };
  const { id } = await at.of("scan.pdf");
  const env = { OPENAI_API_KEY: at.sandbox.key };
  const { code, lines } = await endIn(
    { config },
    rerun,
    { yes: true, json: true },
    { args: [id], env },
  );
  t.is(code, 1);
  const [told] = JSON.parse(lines.join("\n")).documents;
  t.like(told, { verdict: "refused", costUsd: "0" });
  t.regex(told.message, /BUDGET/);
  t.is(bills(at), 1);
  t.like(await at.of("scan.pdf"), { status: "archived", work: null });
});

for (const [what, prepare, said] of [
  ["that was undone", (at: Office) => at.undo("scan.pdf"), /^it is undone, and not filed/],
  [
    "whose file is gone",
    async (at: Office) => rm((await at.of("scan.pdf")).filedAs ?? ""),
    /gone|no such file/,
  ],
] as const) {
  test(`a document ${what} is not read again`, async (t) => {
    await using at = await filed();
    await prepare(at);
    const before = await at.of("scan.pdf");
    const { code, facts } = await at.rerun("scan.pdf", { yes: true });
    t.is(code, 1);
    t.deepEqual(facts.documents, []);
    t.regex(facts.offers[0].message, said);
    t.is(bills(at), 1);
    t.deepEqual(await at.of("scan.pdf"), before);
  });
}

test("a document in quarantine is not read again, and is told how it can be", async (t) => {
  await using at = await openOffice({ "scan.pdf": Buffer.from("%PDF-1.7 nothing") }, { profiles });
  const { code, facts } = await at.rerun("scan.pdf", { yes: true });
  t.is(code, 1);
  t.regex(facts.offers[0].message, /^it is quarantined, and not filed/);
  t.is(bills(at), 0);
});

/** Kills a re-reading once its ask has come as far as this. */
async function killWhileReading(at: Office, isFar: (at: Office) => Promise<boolean>) {
  const { id } = await at.of("scan.pdf");
  const words = ["rerun", id, "--yes", "--config", at.home.configFile];
  const child = startAutod(words, { OPENAI_API_KEY: at.sandbox.key });
  const exited = once(child, "exit");
  child.stdout.resume();
  child.stderr.resume();
  await until(() => isFar(at));
  child.kill("SIGKILL");
  await exited;
}

const isAsked = async (at: Office) => (await at.of("scan.pdf")).work?.responseId != null;

test("killed while it waits for the answer, that is fetched and booked by the next run, and used by the next rerun", async (t) => {
  await using at = await filed();
  at.sandbox.setThinking(1_000_000);
  await killWhileReading(at, isAsked);
  t.like(await at.edit("scan.pdf", "title=Power"), { verdict: "refused" });
  t.like(await at.undo("scan.pdf"), { verdict: "refused" });
  at.sandbox.setThinking(0);
  await swept(at);
  t.is(bills(at), 2);
  const read = await at.of("scan.pdf");
  t.like(read, { status: "archived", work: null, reread: { profile: "default" } });
  t.deepEqual(
    read.calls.map(({ outcome }) => outcome),
    ["ok", "ok"],
  );
  t.deepEqual(nothingLeft(at), [[], []]);
  const { code, facts } = await at.rerun("scan.pdf", { apply: true });
  t.is(code, 0);
  t.like(facts.documents[0], { verdict: "read", costUsd: "0" });
  t.is(bills(at), 2);
});

test("killed while it asks a server that makes no answers in the background, the ask is booked as possibly paid", async (t) => {
  await using at = await filed();
  at.sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["hang"], forever: true }]);
  await killWhileReading(at, async () => (await at.of("scan.pdf")).work?.step === "ask");
  const { work } = await at.of("scan.pdf");
  t.like(await at.edit("scan.pdf", "title=Power"), { verdict: "refused" });
  at.sandbox.setFaults(null);
  await swept(at);
  const after = await at.of("scan.pdf");
  t.like(after, { status: "archived", work: null });
  t.like(after.calls.at(-1), { outcome: "unknown", possibleUsd: work?.reservedUsd });
  t.is(after.calls.length, 2);
  t.like(await at.edit("scan.pdf", "title=Power"), { verdict: "done" });
});

test("what was about to be renamed is, before it is read again", async (t) => {
  await using at = await filed();
  const { sha256, filedAs, extraction } = await at.of("scan.pdf");
  const target = filedAs?.replace(/ - .*\.pdf$/, " - Power.pdf") ?? "";
  {
    await using store = await openStore(at.home.config.dataDir);
    await store.update(sha256, {
      extraction: { ...extraction!, title: "Power" },
      work: {
        staged: filedAs ?? "",
        step: "file",
        reservedUsd: null,
        target,
        responseId: null,
        stored: [],
      },
    });
  }
  await at.rerun("scan.pdf", { yes: true });
  t.like(await at.of("scan.pdf"), { filedAs: target, work: null });
});
