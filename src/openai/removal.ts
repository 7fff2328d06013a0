import { APIError } from "openai";

/** Whether a server says that there is nothing of the sort: so nothing is left to delete. That it misses a model says nothing. */
export const isNoneThere = (error: unknown): boolean =>
  error instanceof APIError && nothing.has(error.status ?? 0) && error.code !== "model_not_found";

const nothing: ReadonlySet<number> = new Set([404, 405, 410, 501]);

/** Milliseconds that a deletion may take: it is small, and is done again if need be. */
export const QUICK = 30_000;
