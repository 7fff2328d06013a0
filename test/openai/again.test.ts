import test from "ava";
import { readAgain } from "../../src/openai/again.ts";

const waits = test.macro({
  exec: (t, headers: Record<string, string>, expected?: number, limited: boolean = true) =>
    t.is(readAgain(new Headers(headers), limited).retryAfter, expected),
  title: (what = "", headers: Record<string, string>, ..._rest: [number?, boolean?]) =>
    what || JSON.stringify(headers),
});

test(waits, {}, undefined);
test(waits, { "retry-after-ms": "1500" }, 1500);
test(waits, { "retry-after-ms": "0.5" }, 1);
test(waits, { "retry-after-ms": "20", "retry-after": "60" }, 20);
test(waits, { "retry-after-ms": "soon", "retry-after": "60" }, 60_000);
test(waits, { "retry-after": "0" }, 0);
test(waits, { "retry-after": "1.5" }, 1500);
test(waits, { "retry-after": "86400" }, 86_400_000);
test(waits, { "retry-after": "-5" }, undefined);
test(waits, { "retry-after": "5 minutes" }, undefined);
test(waits, { "retry-after": "Someday" }, undefined);
test(waits, { "retry-after": "" }, undefined);

// A timer that waits for longer fires at once.
test(waits, { "retry-after": "99999999" }, 99_999_999_000);
test(waits, { "retry-after": "9".repeat(400) }, 3650 * 86_400_000);

const date = "Sun, 22 Nov 2026 10:00:00 GMT";
test(waits, { date, "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT" }, 7_230_000);
test(waits, { date, "retry-after": "Sunday, 22-Nov-26 10:00:30 GMT" }, 30_000);
test(waits, { date, "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT" }, 0);

test("a date is taken by the clock here where the server doesn't tell its own", (t) => {
  const until = (year: number) =>
    readAgain(new Headers({ "retry-after": `Thu, 01 Jan ${year} 00:00:00 GMT` }), false).retryAfter;
  t.is(until(1970), 0);
  t.is(until(9999), 3650 * 86_400_000);
});

const used = (kind: string, reset: string, remaining = "0") => ({
  [`x-ratelimit-remaining-${kind}`]: remaining,
  [`x-ratelimit-reset-${kind}`]: reset,
});
test(waits, used("requests", "1s"), 1000);
test(waits, used("tokens", "6m0s"), 360_000);
test(waits, used("tokens", "250ms"), 250);
test(waits, used("project-tokens", "1h2m"), 3_720_000);
test(waits, used("tokens", "1m26.4s"), 86_400);
test(waits, used("tokens", "2d1h"), 176_400_000);
test(waits, used("tokens", "soon"), undefined);
test(waits, used("tokens", "1.2.3s"), undefined);
test(waits, used("tokens", ""), undefined);
test(waits, used("tokens", "6m0s", "12"), undefined);
test(waits, { ...used("tokens", "6m0s", "12"), ...used("requests", "1s") }, 1000);
test(waits, { ...used("tokens", "6s"), ...used("requests", "1s") }, 6000);
test(waits, { ...used("tokens", "6m0s"), "retry-after": "2" }, 2000);
test("other than of the rate, resets say nothing", waits, used("tokens", "6s"), undefined, false);

test("another try is what the server says of it", (t) => {
  const said = (headers: Record<string, string>) => readAgain(new Headers(headers), false);
  t.is(said({ "x-should-retry": "true" }).retryable, true);
  t.is(said({ "x-should-retry": "false" }).retryable, false);
  t.is(said({ "x-should-retry": "maybe" }).retryable, undefined);
  t.is(said({}).retryable, undefined);
});

test("an answer without headers says nothing", (t) => {
  t.deepEqual(readAgain(undefined, true), { retryAfter: undefined, retryable: undefined });
});
