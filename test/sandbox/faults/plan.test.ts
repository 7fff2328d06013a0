import test from "ava";
import type { Faults } from "../../../src/sandbox/faults/plan.ts";
import { ask, open, type Opened, upload } from "../opened.ts";

/** Asks the sandbox for `path` and gives the faults that these requests met. */
async function meet(
  { sandbox }: Opened,
  method: string,
  path: string,
  times: number,
): Promise<(string | null)[]> {
  const before = sandbox.requests().length;
  const headers = { authorization: `Bearer ${sandbox.key}` };
  const body = method === "POST" ? "{}" : null;
  for (let number = 0; number < times; number += 1) {
    const answer = await fetch(new URL(path, sandbox.url), { method, headers, body });
    await answer.arrayBuffer();
  }
  return sandbox
    .requests()
    .slice(before)
    .map(({ fault }) => fault);
}

const kindsIn = (faults: readonly (string | null)[]) => [...new Set(faults)].map(String).toSorted();

const chance = { rate: 0.3, kinds: ["fault", "quota", "rate-limit-after:2"] } as const;

test("by chance about as many requests fail as they are told to, in every way", async (t) => {
  await using opened = await open({ faults: chance });
  const faults = await meet(opened, "DELETE", "/v1/files/file-1", 500);
  const met = faults.filter((fault) => fault !== null);
  t.true(met.length > 120 && met.length < 180, `${met.length} of 500`);
  for (const kind of chance.kinds) {
    const share = met.filter((fault) => fault === kind).length;
    t.true(share > 25, `${kind}: ${share}`);
  }
});

test("equal seeds fail equally, others otherwise", async (t) => {
  const course = async (faults: Faults) => {
    await using opened = await open({ faults });
    return await meet(opened, "POST", "/v1/responses", 60);
  };
  const first = await course({ ...chance, seed: 7 });
  t.deepEqual(await course({ ...chance, seed: 7 }), first);
  t.notDeepEqual(await course({ ...chance, seed: 8 }), first);
  t.deepEqual(await course(chance), await course({ ...chance, seed: 1 }));
});

test("at a rate of 1 everything fails that changes or costs anything, and nothing else", async (t) => {
  await using opened = await open({ faults: { rate: 1, kinds: ["fault"] } });
  t.deepEqual(await meet(opened, "POST", "/v1/files", 2), ["fault", "fault"]);
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 2), ["fault", "fault"]);
  t.deepEqual(await meet(opened, "DELETE", "/v1/files/a", 1), ["fault"]);
  t.deepEqual(await meet(opened, "DELETE", "/v1/responses/a", 1), ["fault"]);
  t.deepEqual(await meet(opened, "POST", "/v1/responses/a/cancel", 1), [null]);
  t.deepEqual(await meet(opened, "GET", "/v1/files", 1), [null]);
  t.deepEqual(await meet(opened, "GET", "/v1/models", 1), [null]);
  t.deepEqual(await meet(opened, "GET", "/", 1), [null]);
});

test("a request meets only what it can meet, at the full rate", async (t) => {
  await using opened = await open({ faults: { rate: 1, kinds: ["refusal", "fault"] } });
  t.deepEqual(kindsIn(await meet(opened, "POST", "/v1/files", 10)), ["fault"]);
  const asked = await meet(opened, "POST", "/v1/responses", 20);
  t.deepEqual(kindsIn(asked), ["fault", "refusal"]);
  opened.sandbox.setFaults({ rate: 1, kinds: ["refusal"] });
  t.deepEqual(await meet(opened, "POST", "/v1/files", 1), [null]);
});

test("by script each request meets what is next for its sort, and then all is well", async (t) => {
  const faults = [
    { request: "POST /v1/responses", kinds: ["rate-limit", "ok", "fault"] },
    { request: "DELETE /v1/files/:id", kinds: ["conflict"] },
    { request: "GET /v1/models", kinds: ["ok", "html"] },
  ];
  await using opened = await open({ faults });
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 2), ["rate-limit", null]);
  t.deepEqual(await meet(opened, "DELETE", "/v1/files/a", 2), ["conflict", null]);
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 3), ["fault", null, null]);
  t.deepEqual(await meet(opened, "GET", "/v1/models", 3), [null, "html", null]);
  t.deepEqual(await meet(opened, "POST", "/v1/files", 1), [null]);
});

test("the last fault of a script may go on for ever, and a step may follow another", async (t) => {
  const request = "POST /v1/responses";
  await using opened = await open({ faults: [{ request, kinds: ["ok", "quota"], forever: true }] });
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 4), [null, "quota", "quota", "quota"]);
  opened.sandbox.setFaults([
    { request, kinds: ["fault"] },
    { request, kinds: ["conflict"] },
  ]);
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 3), ["fault", "conflict", null]);
});

test("faults are changed while it runs, begin anew, and end", async (t) => {
  await using opened = await open();
  const { sandbox } = opened;
  const faults = [{ request: "POST /v1/responses", kinds: ["fault"] }];
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 1), [null]);
  sandbox.setFaults(faults);
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 2), ["fault", null]);
  sandbox.setFaults(faults);
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 1), ["fault"]);
  sandbox.setFaults({ rate: 1, kinds: ["quota"] });
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 1), ["quota"]);
  sandbox.setFaults(null);
  t.deepEqual(await meet(opened, "POST", "/v1/responses", 1), [null]);
});

test("a request without the right key meets no fault, and uses none up", async (t) => {
  const faults = [{ request: "POST /v1/responses", kinds: ["fault"] }];
  await using opened = await open({ faults });
  const { client, sandbox } = opened;
  const id = await upload(client);
  sandbox.setKey("sk-later");
  await t.throwsAsync(client.responses.create(ask(id)), { message: /^401/ });
  t.like(sandbox.requests().at(-1), { status: 401, fault: null });
  sandbox.setKey(sandbox.key);
  await t.throwsAsync(client.responses.create(ask(id)), { message: /^500/ });
});

const refuses = test.macro({
  title: (title) => `doesn't take ${title}`,
  async exec(t, faults: Faults, message: RegExp) {
    await t.throwsAsync(open({ faults }), { instanceOf: RangeError, message });
    await using opened = await open({ faults: { rate: 1, kinds: ["fault"] } });
    t.throws(() => opened.sandbox.setFaults(faults), { instanceOf: RangeError, message });
    t.deepEqual(await meet(opened, "POST", "/v1/responses", 1), ["fault"]);
  },
});

const byName = (name: string): Faults => ({ rate: 1, kinds: [name] });
test("a fault it doesn't know", refuses, byName("flood"), /fault: flood; known: rate-limit, /);
test("a name that every object has", refuses, byName("constructor"), /fault: constructor/);
test("a fault of no name", refuses, byName(""), /unknown kind of fault/);
test("a value for a fault without one", refuses, byName("quota:2"), /it is just quota/);
test("a value of the wrong kind", refuses, byName("slow:long"), /such as slow:1000/);
test("a value that is empty", refuses, byName("slow:"), /such as slow:1000/);
test("a rate above 1", refuses, { rate: 20, kinds: ["fault"] }, /from 0 to 1, not 20/);
test("a rate that is no number", refuses, { rate: Number.NaN, kinds: ["fault"] }, /not NaN/);
test("a rate of nothing", refuses, { rate: 1, kinds: [] }, /no kind of fault is named/);
test("a step of nothing", refuses, [{ request: "GET /v1/models", kinds: [] }], /for GET/);
test(
  "a request that can't be",
  refuses,
  [{ request: "POST responses", kinds: ["ok"] }],
  /one is POST \/v1\/responses/,
);
