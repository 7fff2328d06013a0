import test from "ava";
import { parseAmount, sumOf } from "../src/money/amount.ts";
import { quickFolder } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

const flex = { profiles: { default: { serviceTier: "flex" } } };
const noPlace = [{ request: "POST /v1/responses", kinds: ["flex-busy"], forever: true }];

test("at flex the same costs half", async (t) => {
  const bytes = await invoice("RE-7");
  const costs = [];
  for (const settings of [{}, flex]) {
    await using sandbox = await openSandbox();
    await using home = await homeAt(sandbox, settings);
    await home.drop("scan.pdf", bytes);
    await runOnce(home, sandbox);
    costs.push((await home.records())[0]);
  }
  const [usual, half] = costs;
  t.is(half?.calls[0]?.serviceTier, "flex");
  t.deepEqual(half?.calls[0]?.usage, usual?.calls[0]?.usage);
  t.is(sumOf([half?.costUsd ?? "", half?.costUsd ?? ""]), parseAmount(usual?.costUsd ?? ""));
  t.is(half?.estimate?.upperCostUsd, usual?.estimate?.upperCostUsd, "it may be billed as usual");
});

test("where nothing is free at half price a document waits, and it costs nothing", async (t) => {
  await using sandbox = await openSandbox({ faults: noPlace });
  await using home = await homeAt(sandbox, flex);
  await home.drop("scan.pdf", await invoice("RE-7"));
  t.like(await runOnce(home, sandbox), { waiting: 1, quarantined: 0 });
  const [waiting] = await home.records();
  t.like(waiting, { status: "waiting", calls: [], costUsd: "0", unbilled: 3 });
  t.like(waiting, { waiting: { reason: "retry" }, error: { code: "TIER_BUSY" } });
  t.deepEqual(await home.left(), ["Inbox/scan.pdf"]);
  t.deepEqual(sandbox.bills(), []);

  sandbox.setFaults(null);
  t.like(await runOnce(home, sandbox), { archived: 1 });
  t.is(sandbox.bills().length, 1);
});

test("what is read at the usual price goes on while nothing is free at half of it", async (t) => {
  await using sandbox = await openSandbox({ faults: noPlace });
  const folders = [quickFolder("slow", { profile: "half" }), quickFolder("scans", {})];
  await using home = await homeAt(sandbox, {
    concurrency: 1,
    folders,
    profiles: { default: {}, half: { serviceTier: "flex" } },
  });
  for (let number = 0; number < 4; number += 1) {
    await home.drop(`slow/${number}.pdf`, await invoice(`SLOW-${number}`));
    await home.drop(`scans/${number}.pdf`, await invoice(`SCAN-${number}`));
  }
  t.like(await runOnce(home, sandbox), { archived: 4, waiting: 4 });
  const archived = (await home.records()).filter(({ status }) => status === "archived");
  t.true(archived.every(({ folder }) => folder === "scans"));
});
