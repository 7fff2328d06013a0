import test from "ava";
import { type Home } from "./helpers/home.ts";
import { invoice } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

/** What is expected of a document that meets a fault each time. */
interface Row {
  readonly uploads: number;
  readonly asks: number;
  readonly status: "archived" | "quarantined" | "waiting";
  readonly code: string | null;
  /** What it waits for. */
  readonly reason?: "retry" | "account";
  /** Calls of which nobody can know whether they were billed. */
  readonly unknown?: number;
  /** Seconds that it waits at least. */
  readonly waits?: number;
}

const retried = (code: string): Row => ({
  uploads: 1,
  asks: 3,
  status: "waiting",
  reason: "retry",
  code,
});
const once = (code: string): Row => ({ ...retried(code), asks: 1 });
const blocked = (code: string): Row => ({ ...once(code), reason: "account" });
const { reason: _, ...bare } = once("");
const condemned = (code: string, asks = 1): Row => ({ ...bare, status: "quarantined", code, asks });
const lost: Row = { ...once("API_ANSWER_LOST"), unknown: 1 };

const asking: Readonly<Record<string, Row>> = {
  "rate-limit": retried("API_BUSY"),
  "rate-limit-after:10ms": retried("API_BUSY"),
  "rate-limit-after:3600": { ...once("API_BUSY"), waits: 3600 },
  "too-large": condemned("REQUEST_REJECTED"),
  quota: blocked("QUOTA_EXHAUSTED"),
  "spend-limit": blocked("QUOTA_EXHAUSTED"),
  key: blocked("KEY_REJECTED"),
  denied: blocked("ACCESS_DENIED"),
  "model-gone": blocked("MODEL_UNAVAILABLE"),
  "file-gone": { ...once("UPLOAD_GONE"), uploads: 2, asks: 2 },
  "no-endpoint": blocked("ENDPOINT_MISSING"),
  parameter: blocked("PARAMETER_REJECTED"),
  document: condemned("REQUEST_REJECTED"),
  context: condemned("REQUEST_REJECTED"),
  unprocessable: condemned("REQUEST_REJECTED"),
  "too-big": condemned("REQUEST_REJECTED"),
  timeout: retried("API_BUSY"),
  conflict: retried("API_BUSY"),
  fault: retried("API_FAULT"),
  overloaded: retried("API_BUSY"),
  "slow-down": { ...once("API_BUSY"), waits: 900 },
  "no-retry": once("API_FAULT"),
  "do-retry": retried("API_BUSY"),
  html: retried("API_FAULT"),
  reset: lost,
  "reset-after": lost,
  hang: lost,
  "broken-json": lost,
  "slow:50": { ...bare, status: "archived", code: null },
  refusal: condemned("ANSWER_REFUSED"),
  filtered: condemned("ANSWER_FILTERED"),
  incomplete: condemned("ANSWER_INCOMPLETE", 2),
  invalid: condemned("ANSWER_INVALID", 2),
  failed: { ...once("API_FAULT"), asks: 2 },
  "failed:rate_limit_exceeded": once("API_BUSY"),
  "failed:insufficient_quota": blocked("QUOTA_EXHAUSTED"),
  "failed:invalid_prompt": condemned("ANSWER_FAILED"),
};

const unasked = { asks: 0 };
const uploading: Readonly<Record<string, Row>> = {
  "rate-limit": { ...retried("API_BUSY"), uploads: 3, ...unasked },
  "rate-limit-after:3600": { ...once("API_BUSY"), ...unasked, waits: 3600 },
  key: { ...blocked("KEY_REJECTED"), ...unasked },
  denied: { ...blocked("ACCESS_DENIED"), ...unasked },
  "no-endpoint": { ...blocked("ENDPOINT_MISSING"), ...unasked },
  document: condemned("REQUEST_REJECTED", 0),
  "too-big": condemned("REQUEST_REJECTED", 0),
  fault: { ...retried("API_FAULT"), uploads: 3, ...unasked },
  "slow-down": { ...once("API_BUSY"), ...unasked, waits: 900 },
  html: { ...retried("API_FAULT"), uploads: 3, ...unasked },
  reset: { ...retried("API_UNREACHABLE"), uploads: 3, ...unasked },
};

const meets = test.macro({
  async exec(t, path: string, kind: string, row: Row) {
    const faults = [{ request: `POST ${path}`, kinds: [kind], forever: true }];
    await using sandbox = await openSandbox({ faults });
    // Long enough for all but what never comes.
    const timeout = kind === "hang" ? "4s" : "60s";
    await using home = await homeAt(sandbox, { openai: { baseUrl: sandbox.url, timeout } });
    await home.drop("scan.pdf", await invoice("RE-7"));

    await runOnce(home, sandbox);

    const count = (route: string) =>
      sandbox.requests().filter(({ method, path: at }) => `${method} ${at}` === route).length;
    const [record] = await home.records();
    t.deepEqual(
      {
        uploads: count("POST /v1/files"),
        asks: count("POST /v1/responses"),
        status: record?.status,
        code: record?.error?.code ?? null,
        reason: record?.waiting?.reason,
        unknown: record?.calls.filter(({ outcome }) => outcome === "unknown").length,
      },
      {
        uploads: row.uploads,
        asks: row.asks,
        status: row.status,
        code: row.code,
        reason: row.reason,
        unknown: row.unknown ?? 0,
      },
    );
    if (row.waits !== undefined) {
      const { since = "", retryAt } = record?.waiting ?? {};
      const waits = (Date.parse(retryAt ?? "") - Date.parse(since)) / 1000;
      t.true(Math.abs(waits - row.waits) < 2, `${waits} s`);
    }
    await standsInOnePlace(t, home, row);
    t.deepEqual(sandbox.files(), []);
  },
  title: (_title, path: string, kind: string, { code, status }: Row) =>
    `${kind} at ${path} leaves a document ${status}${code ? ` with ${code}` : ""}`,
});

async function standsInOnePlace(
  t: { readonly deepEqual: (actual: unknown, wanted: unknown) => unknown },
  home: Home,
  { status }: Row,
) {
  const pdfs = (await home.filed()).filter((file) => file.endsWith(".pdf"));
  const places = [...pdfs, ...(await home.left())].map((file) => file.split("/")[0]);
  const place = { archived: "Archive", quarantined: "Quarantine", waiting: "Inbox" }[status];
  t.deepEqual(places, [place]);
}

for (const [kind, row] of Object.entries(asking)) test(meets, "/v1/responses", kind, row);
for (const [kind, row] of Object.entries(uploading)) test(meets, "/v1/files", kind, row);
