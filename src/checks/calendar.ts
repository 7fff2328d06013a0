/** Whether a text is a day of the calendar, "2026-01-31". */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The day that is so many years and days later; both may be negative. */
export function dayAfter(day: string, { years = 0, days = 0 }): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year + years, month - 1, date + days)).toISOString().slice(0, 10);
}

/** Whether a day is the last of its month. */
export const endsMonth = (day: string): boolean => dayAfter(day, { days: 1 }).endsWith("-01");
