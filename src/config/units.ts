import { z } from "zod";
import { isCron } from "../schedule.ts";
import { expected } from "./wording.ts";

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const bytes = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;

/** A duration such as "2s" or "10m" (ms, s, m, h, d), as whole milliseconds. */
export function duration({ least = "0s", most = "24d" } = {}) {
  // a timer of Node's can't wait for more than 24 days and some hours, and fires at once instead
  const what = expected("a duration such as 2s or 10m (ms, s, m, h, d)");
  const pattern = /^\d+(\.\d+)?\s*(ms|s|m|h|d)$/;
  return z.codec(
    z.string({ error: what }).regex(pattern, { error: what }),
    z
      .number()
      .min(amount(least, milliseconds), { error: `must be at least ${least}` })
      .max(amount(most, milliseconds), { error: `must be at most ${most}` }),
    {
      decode: (text) => amount(text, milliseconds),
      encode: (value) => written(value, milliseconds),
    },
  );
}

/** A size such as "50MB" (B, KB, MB, GB; of 1,000), as whole bytes. */
export function size() {
  const what = expected("a size such as 50MB (B, KB, MB, GB)");
  const pattern = /^\d+(\.\d+)?\s*([kKmMgG]?[bB])$/;
  return z.codec(
    z.string({ error: what }).regex(pattern, { error: what }),
    z
      .number()
      .min(1, { error: "must be at least 1B" })
      .max(Number.MAX_SAFE_INTEGER, { error: "is too large" }),
    {
      decode: (text) => amount(text.toUpperCase(), bytes),
      encode: (value) => written(value, bytes),
    },
  );
}

/** An amount in USD, given as a number or a text, as an exact decimal ("0.5"). */
export function money({ decimals = 12 } = {}) {
  const what = expected("an amount in USD such as 0.5");
  return z.codec(
    z.union(
      [
        z.number().min(0, { error: "must not be negative" }),
        z.string().regex(/^\d{1,30}(\.\d{1,40})?$/, { error: what }),
      ],
      { error: what },
    ),
    z.string(),
    {
      decode: (value, context) => {
        const exact = decimal(String(value));
        if (exact !== undefined && fraction(exact).length <= decimals) return exact;
        const message = `has more than ${decimals} digits behind the point`;
        context.issues.push({ code: "custom", input: value, message });
        return z.NEVER;
      },
      encode: (exact) => (decimal(String(Number(exact))) === exact ? Number(exact) : exact),
    },
  );
}

/** A cron expression of 5 fields, or 6 with seconds before them. */
export function cron() {
  const what = expected('a cron expression such as "*/5 * * * *"');
  return z.string({ error: what }).refine(isCron, { error: what });
}

/**
 * The decimal that a text stands for, as short as it can be written without an exponent ("1.50e1" is "15").
 *
 * Undefined if it is none, or longer than anybody means.
 */
export function decimal(text: string): string | undefined {
  if (text.length > 60) return undefined;
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,2}))?$/.exec(text);
  const [, sign, whole = "", rest = "", exponent = "0"] = match ?? [];
  if (whole + rest === "") return undefined;
  const point = whole.length + Number(exponent);
  const digits = "0".repeat(Math.max(0, -point)) + (whole + rest).padEnd(point, "0");
  const at = Math.max(0, point);
  const before = digits.slice(0, at).replace(/^0+/, "") || "0";
  const behind = digits.slice(at).replace(/0+$/, "");
  const short = behind ? `${before}.${behind}` : before;
  return sign === "-" && short !== "0" ? `-${short}` : short;
}

const fraction = (exact: string) => exact.split(".")[1] ?? "";

function amount(text: string, units: Readonly<Record<string, number>>): number {
  const unit = text.replace(/^[\d.\s]+/, "");
  return Math.round(Number.parseFloat(text) * (units[unit] ?? Number.NaN));
}

/** In the largest unit that leaves no fraction. */
function written(value: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).findLast(([, unit]) => value % unit === 0 && value >= unit);
  const [name, unit] = fitting ?? Object.entries(units)[0]!;
  return `${value / unit}${name}`;
}
