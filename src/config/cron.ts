const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface Field {
  readonly from: number;
  readonly to: number;
  /** Names that stand for `from`, `from + 1` … */
  readonly names: readonly string[];
}

const fields: readonly Field[] = [
  { from: 0, to: 59, names: [] },
  { from: 0, to: 59, names: [] },
  { from: 0, to: 23, names: [] },
  { from: 1, to: 31, names: [] },
  { from: 1, to: 12, names: months },
  { from: 0, to: 7, names: weekdays },
];

/** Whether a text is a cron expression: minute, hour, day, month, weekday, with seconds before them or not. */
export function isCron(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  if (parts.length < 5 || parts.length > 6) return false;
  return parts.every((part, index) => isField(part, fields[index + 6 - parts.length]!));
}

const isField = (part: string, field: Field) =>
  part.split(",").every((term) => {
    const [range = "", step, ...more] = term.split("/");
    return more.length === 0 && isRange(range, field) && (step === undefined || isStep(step));
  });

function isRange(range: string, field: Field): boolean {
  if (range === "*") return true;
  const [first = "", last = first, ...more] = range.split("-");
  const [low, high] = [number(first, field), number(last, field)];
  return more.length === 0 && low >= field.from && high <= field.to && low <= high;
}

const isStep = (step: string) => /^[1-9]\d?$/.test(step);

function number(text: string, { from, names }: Field): number {
  const named = names.indexOf(text.toLowerCase());
  if (named !== -1) return named + from;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}
