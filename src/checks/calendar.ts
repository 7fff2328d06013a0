/** Whether a text is a day of the calendar, "2026-01-31". */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The day that is so many years and days later; both may be negative. */
export function dayAfter(day: string, { years = 0, days = 0 }): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Whether a day is the last of its month. */
export const endsMonth = (day: string): boolean => dayAfter(day, { days: 1 }).endsWith("-01");
