import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import { z } from "zod";
import type { DaemonOptions } from "../../src/daemon.ts";
import { askWatching } from "../../src/intake/noticing/watching.ts";
import { listen, order } from "../../src/socket/ask.ts";
import { autod, startAutod } from "../helpers/cli.ts";
import { expectFiled } from "../helpers/expect-filed.ts";
import { type Home, makeHome } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt } from "../helpers/run-once.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { seededRecord } from "../helpers/seeded-store.ts";
import { until, watching } from "../helpers/watching.ts";

/** A home where autod is at work, and what is asked of it by commands. */
async function office(
  settings: Readonly<Record<string, unknown>> = {},
  options: Partial<DaemonOptions> = {},
) {
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.use(await openSandbox());
  const home: Home = stack.use(await homeAt(sandbox, settings));
  const daemon = stack.use(await watching(home, sandbox, options));
  const env = { OPENAI_API_KEY: sandbox.key };
  const open = stack.move();
  return {
    sandbox,
    home,
    daemon,
    ask: (...words: string[]) => autod([...words, "--config", home.configFile], env),
    /** Saves a document, and waits until it is filed so. */
    async filed(name: string, bytes: Uint8Array, status: "archived" | "review" = "archived") {
      const before = daemon.records().filter((record) => record.status === status).length;
      await home.drop(name, bytes);
      await daemon.have(status, before + 1);
      return this.of(name);
    },
    of(name: string) {
      const record = daemon.records().find(({ source }) => source.name === name);
      if (!record) throw new Error(`no ${name}`);
      return record;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

test("an edit, and taking it back, are done by the autod that is running", async (t) => {
  await using at = await office();
  const { id, filedAs } = await at.filed("scan.pdf", await invoice("RE-1"));
  const edited = await at.ask("edit", id, "issuer=Somebody");
  t.is(edited.code, 0, edited.stderr);
  t.true(edited.stdout.includes("issuer  "), edited.stdout);
  t.regex(at.of("scan.pdf").filedAs ?? "", /Somebody/);
  t.true(
    at.daemon.lines().some(({ event }) => event === "document.edited"),
    "it logs it itself",
  );
  t.is((await at.ask("undo", id)).code, 0);
  t.is(at.of("scan.pdf").filedAs, filedAs);
  t.is(at.sandbox.bills().length, 1);
});

test("what is put back is left alone, by rescans too, until it is asked for", async (t) => {
  await using at = await office({ schedule: { rescan: "* * * * * *" } });
  const bytes = await invoice("RE-1");
  const { id } = await at.filed("scan.pdf", bytes);
  const undone = await at.ask("undo", "--since", "1h");
  t.is(undone.code, 0, undone.stderr);
  t.deepEqual(await at.home.left(), ["Inbox/scan.pdf"]);
  // Listed again at least once.
  const listed = async () => (await askWatching(at.home.config.socket))("scans")?.lastRescan?.at;
  const before = await listed();
  await until(async () => (await listed()) !== before);
  t.deepEqual(await at.home.left(), ["Inbox/scan.pdf"]);
  t.is(at.of("scan.pdf").status, "undone");

  t.is((await at.ask("retry", id)).code, 0);
  await at.daemon.have("archived", 1);
  t.is(at.sandbox.bills().length, 1);
  await at.daemon.stop();
  await expectFiled(t, at.home, [bytes]);
});

test("twenty documents that go back and forth are neither lost nor paid for twice", async (t) => {
  await using at = await office();
  const documents = await Promise.all(
    Array.from({ length: 20 }, (_, index) => invoice(`RE-${index}`)),
  );
  for (const [index, bytes] of documents.entries()) await at.home.drop(`s${index}.pdf`, bytes);
  await at.daemon.have("archived", documents.length);
  const ids = at.daemon.records().map(({ id }) => id);
  for (let round = 0; round < 3; round += 1) {
    t.is((await at.ask("undo", ...ids)).code, 0);
    t.is((await at.home.left()).length, documents.length);
    t.is((await at.ask("retry", ...ids)).code, 0);
    await at.daemon.have("archived", documents.length);
  }
  t.is(at.sandbox.bills().length, documents.length);
  await at.daemon.stop();
  await expectFiled(t, at.home, documents);
});

test("what waits, and what is in quarantine, is taken at once when it is asked for", async (t) => {
  const retry = { attempts: 1, minDelay: "10ms", maxDelay: "1h" };
  await using sandbox = await openSandbox();
  await using home = await homeAt(sandbox, { retry });
  const waits = { first: 3_600_000, longest: 3_600_000 };
  await using daemon = await watching(home, sandbox, { waits });
  const ask = (...words: string[]) => autod([...words, "--config", home.configFile]);
  sandbox.setFaults([{ request: "POST /v1/files", kinds: ["fault"] }]);
  await home.drop("one.pdf", await invoice("RE-1"));
  await daemon.have("waiting", 1);
  await home.drop("bad.pdf", "%PDF-1.7 nothing %%EOF");
  await daemon.have("quarantined", 1);
  const { code, stdout } = await ask("retry", "--all");
  t.is(code, 0, stdout);
  await daemon.have("archived", 1);
  await daemon.have("quarantined", 1);
  const bad = daemon.records().find(({ source }) => source.name === "bad.pdf");
  t.is(bad?.attempts, 2);
});

test("what waits for a minute in staging is taken at once when it is asked for", async (t) => {
  await using at = await office(
    { retry: { attempts: 1 } },
    { waits: { first: 60_000, longest: 60_000 } },
  );
  at.sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["fault"] }]);
  await at.home.drop("one.pdf", await invoice("RE-1"));
  await at.daemon.have("waiting", 1);
  const { id, waiting } = at.of("one.pdf");
  t.is(waiting?.parked, null);
  const { code, stdout } = await at.ask("retry", id);
  t.is(code, 0, stdout);
  await at.daemon.have("archived", 1);
});

test("what was set aside is accepted or given up, and forgotten", async (t) => {
  await using at = await office();
  const future = { date: "2099-01-15" };
  const one = await at.filed("one.pdf", await invoice("RE-1", future), "review");
  const two = await at.filed("two.pdf", await invoice("RE-2", future), "review");
  t.is((await at.ask("accept", one.id)).code, 0);
  t.is(at.of("one.pdf").status, "archived");
  t.is((await at.ask("reject", two.id)).code, 0);
  t.is(at.of("two.pdf").status, "quarantined");
  const refused = await at.ask("accept", two.id);
  t.is(refused.code, 1);
  t.regex(refused.stdout, /refused: it is not in review/);
  t.is((await at.ask("forget", one.id)).code, 0);
  t.deepEqual(
    at.daemon.records().map(({ source }) => source.name),
    ["two.pdf"],
  );
  const unknown = await at.ask("accept", "ffffff");
  t.is(unknown.code, 2, "an error of its own is told as such");
  t.regex(unknown.stderr, /ffffff is no document's id \(UNKNOWN_DOCUMENT\)/);
});

test("a document is read once more, and its costs are booked where they belong", async (t) => {
  const profiles = { default: {}, other: { instructions: "Be short.", name: "other {title}" } };
  await using at = await office({ profiles });
  const { id } = await at.filed("scan.pdf", await invoice("RE-1"));
  const asked = await at.ask("rerun", id, "--profile", "other");
  t.regex(asked.stdout, /Nothing was read/);
  t.is(at.sandbox.bills().length, 1);
  const read = await at.ask("rerun", id, "--profile", "other", "--yes", "--apply");
  t.is(read.code, 0, read.stderr + read.stdout);
  t.regex(at.of("scan.pdf").filedAs ?? "", /\/other /);
  t.is(at.sandbox.bills().length, 2);
  t.is((await at.ask("costs", "--verify")).code, 0);
  const wrong = await at.ask("rerun", id, "--profile", "nobody");
  t.is(wrong.code, 2);
});

test("told to stop while it reads one once more, autod says that it goes on with it", async (t) => {
  await using at = await office({}, { grace: 50 });
  const { id } = await at.filed("scan.pdf", await invoice("RE-1"));
  at.sandbox.setFaults([{ request: "POST /v1/responses", kinds: ["hang"] }]);
  const asked = () => at.sandbox.requests().filter(({ method }) => method === "POST").length;
  const before = asked();
  const reading = at.ask("rerun", id, "--yes");
  // Its upload, and then the question that is never answered.
  await until(() => asked() === before + 2);
  await at.daemon.stop();
  const { code, stderr } = await reading;
  t.is(code, 1);
  t.regex(stderr, /^autod: autod end(?:s|ed).* \(DAEMON_GONE\)/);
  const again = await at.ask("show", id);
  t.is(again.code, 0);
});

test("what is imported counts at once in the costs, and a second time not at all", async (t) => {
  await using at = await office();
  await at.filed("scan.pdf", await invoice("RE-1"));
  const file = join(at.home.folder, "more.jsonl");
  const lines = [1, 2, 3].map((number) => JSON.stringify(seededRecord(number)));
  await writeFile(file, `${lines.join("\n")}\n`);
  const first = await at.ask("import", file);
  t.is(first.code, 0, first.stderr);
  t.regex(first.stdout, /^3 documents imported/);
  t.regex((await at.ask("import", file)).stdout, /^0 documents imported\n3 documents known/);
  t.is(at.daemon.records().length, 4);
  t.is((await at.ask("costs", "--verify")).code, 0);
  await at.filed("next.pdf", await invoice("RE-2"));
  t.is((await at.ask("costs", "--verify")).code, 0);
});

test("what happens is told to who follows, until autod stops", async (t) => {
  await using at = await office();
  const { socket } = at.home.config;
  const { signal } = new AbortController();
  const raw = await listen(socket, "/v1/events", signal);
  const following = startAutod(["status", "--follow", "--config", at.home.configFile]);
  const closed = once(following, "close");
  const [stderr, first] = [text(following.stderr), once(following.stdout, "data")];
  let shown = `${(await first)[0]}`;
  following.stdout.on("data", (more) => (shown += more));
  await at.filed("scan.pdf", await invoice("RE-1"));
  await until(() => /\n✓ scan\.pdf → .*\.pdf\n/.test(shown));
  await at.daemon.stop();
  t.deepEqual(await closed, [0, null]);
  t.regex(shown, /^autod is running/);
  t.is(await stderr, "autod has stopped\n");
  const events = [];
  for await (const line of raw ?? []) events.push((JSON.parse(line) as { event?: string }).event);
  t.true(events.includes("call.billed"));
  t.is(events.at(-1), "daemon.stopped");
  t.is((await at.ask("status", "--follow")).code, 1);
});

test("an order that is none is refused, and does nothing", async (t) => {
  await using at = await office();
  const { id } = await at.filed("scan.pdf", await invoice("RE-1"));
  await until(() => at.of("scan.pdf").work === null);
  const before = at.daemon.records();
  const { socket } = at.home.config;
  const { signal } = new AbortController();
  const shape = z.unknown();
  for (const [path, body] of [
    ["/v1/accept", { ids: [] }],
    ["/v1/undo", { ids: [id] }],
    ["/v1/edit", { id, changes: ["title"] }],
    ["/v1/forget", { ids: [id], lose: "yes" }],
    ["/v1/rerun", { id, profile: null }],
    ["/v1/retry", "x".repeat(1_100_000)],
  ] as const) {
    const error = await t.throwsAsync(order(socket, { path, body, shape, signal }));
    t.like(error, { code: "ARGUMENT_INVALID" }, path);
  }
  t.is(await order(socket, { path: "/v1/nothing", body: null, shape, signal }), null);
  t.deepEqual(at.daemon.records(), before);
  await using other = await makeHome();
  t.is(
    await order(other.config.socket, { path: "/v1/accept", body: {}, shape, signal }),
    null,
    "where none is running nobody answers",
  );
});
