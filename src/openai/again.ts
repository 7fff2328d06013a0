/** What the server said of asking again. */
export interface Again {
  /** Milliseconds that it asked to be left alone for. */
  readonly retryAfter: number | undefined;
  /** Whether it thinks another try of use. */
  readonly retryable: boolean | undefined;
}

/** Reads it in the headers of an answer; `limited` says that the answer was one about the rate. */
export function readAgain(headers: Headers | undefined, limited: boolean): Again {
  const asked = headers && (retryAfter(headers) ?? (limited ? untilReset(headers) : undefined));
  const said = headers?.get("x-should-retry");
  return {
    retryAfter: asked === undefined ? undefined : Math.min(Math.ceil(asked), MOST),
    retryable: said === "true" ? true : said === "false" ? false : undefined,
  };
}

/** Ten years: whatever a server may say, there is a date for its end. */
const MOST = 3650 * 86_400_000;

function retryAfter(headers: Headers): number | undefined {
  const milliseconds = number(headers.get("retry-after-ms"));
  if (milliseconds !== undefined) return milliseconds;
  const text = headers.get("retry-after");
  const seconds = number(text);
  if (seconds !== undefined) return seconds * 1000;
  const until = date(text);
  if (until === undefined) return undefined;
  // By the server's own clock where it tells: ours may be wrong.
  return Math.max(0, until - (date(headers.get("date")) ?? Date.now()));
}

const number = (text: string | null): number | undefined =>
  text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/** `Date.parse` would take "-5" for a date too. */
function date(text: string | null): number | undefined {
  const at = text !== null && /^[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Until all that is used up is there again. */
function untilReset(headers: Headers): number | undefined {
  const waits = ["requests", "tokens", "project-tokens"].flatMap((kind) => {
    if (headers.get(`x-ratelimit-remaining-${kind}`) !== "0") return [];
    return duration(headers.get(`x-ratelimit-reset-${kind}`)) ?? [];
  });
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** Such as "1s", "6m0s", "250ms" or "1h2m". */
function duration(text: string | null): number | undefined {
  if (text === null || !/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)([a-z]+)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units],
    0,
  );
}

const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
