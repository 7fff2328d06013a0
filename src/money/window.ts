/** The day that an instant falls into, local time: "2026-11-22". */
export function dayOf(at: Date): string {
  return `${monthOf(at)}-${String(at.getDate()).padStart(2, "0")}`;
}

/** The month that an instant falls into, local time: "2026-11". */
export function monthOf(at: Date): string {
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}`;
}

/** Milliseconds until the next local day begins. */
export const turnOfDay = (at: Date): number =>
  new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime() - at.getTime();

/** Milliseconds until the next local month begins. */
export const turnOfMonth = (at: Date): number =>
  new Date(at.getFullYear(), at.getMonth() + 1, 1).getTime() - at.getTime();
