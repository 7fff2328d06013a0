import test from "ava";
import { backoff, usualWaits } from "../../src/intake/backoff.ts";

const MINUTE = 60_000;
type Before = Parameters<typeof backoff>[2];

/** What a record holds of a wait of so many minutes. */
const waited = (minutes: number): Before => ({
  reason: "retry",
  since: "2026-11-22T12:00:00.000Z",
  retryAt: new Date(Date.parse("2026-11-22T12:00:00.000Z") + minutes * MINUTE).toISOString(),
  parked: null,
});
const minutes = ({ since, retryAt }: ReturnType<typeof backoff>) =>
  retryAt === null ? null : (retryAt - since) / MINUTE;

test("a document waits a minute, then twice as long each time, up to an hour", (t) => {
  const waits = [1];
  for (let time = 0; time < 8; time += 1) {
    waits.push(minutes(backoff("retry", undefined, waited(waits.at(-1) ?? 0), usualWaits)) ?? 0);
  }
  t.is(minutes(backoff("retry", undefined, null, usualWaits)), 1);
  t.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test("what a server or the calendar put a time to is waited for exactly", (t) => {
  t.is(minutes(backoff("retry", 3 * MINUTE, waited(32), usualWaits)), 3);
  t.is(minutes(backoff("budget", 600 * MINUTE, null, usualWaits)), 600);
});

test("no time ends trouble with the account", (t) => {
  t.is(minutes(backoff("account", undefined, null, usualWaits)), null);
  t.is(minutes(backoff("account", 5 * MINUTE, null, usualWaits)), null);
});

test("a wait that had no time, or was ended by a person, begins anew", (t) => {
  const blocked = { reason: "account", since: "2026-11-22T12:00:00.000Z", retryAt: null } as const;
  t.is(minutes(backoff("retry", undefined, { ...blocked, parked: null }, usualWaits)), 1);
  t.is(minutes(backoff("retry", undefined, waited(0), usualWaits)), 1);
});
