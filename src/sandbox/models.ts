import { ApiError } from "./api-error.ts";
import type { Route } from "./routes.ts";

/** The models it knows, with the day on which OpenAI shuts them down, where one is announced. */
const models: ReadonlyMap<string, string | null> = new Map([
  ["gpt-6.2-astra", null],
  ["gpt-6.2-sol", null],
  ["gpt-6.1-sol", null],
  ["gpt-6.1-terra", null],
  ["gpt-6-astra", null],
  ["gpt-6-sol", null],
  ["gpt-6-luna", null],
  ["gpt-5.6-sol", null],
  ["gpt-5.6-terra", null],
  ["gpt-5.6-luna", null],
  ["gpt-5.5", null],
  ["gpt-5.4", null],
  ["gpt-5.4-mini", null],
  ["gpt-5.4-nano", "2027-04-01"],
  ["gpt-5.2", null],
  ["gpt-5.1", "2027-04-01"],
  ["gpt-5", "2026-12-11"],
  ["gpt-5-mini", "2026-12-11"],
  ["gpt-5-nano", "2026-12-11"],
  ["gpt-5-pro", "2026-12-11"],
  ["gpt-4.1", "2027-01-14"],
  ["gpt-4.1-mini", "2027-01-14"],
  ["gpt-4.1-nano", "2026-10-23"],
  ["gpt-4o", "2027-01-14"],
  ["gpt-4o-mini", "2027-01-14"],
  ["o3", "2026-12-11"],
  ["o4-mini", "2026-10-23"],
  ["gpt-4-turbo", "2026-10-23"],
]);

/** Throws a 404 for a model that isn't known, or that was shut down by `now` (milliseconds). */
export function checkModel(model: string, now: number): void {
  const shutdown = models.get(withoutDate(model));
  if (shutdown === undefined) throw noSuchModel(model);
  if (isOver(shutdown, now)) {
    const message = `The model '${model}' was retired on ${shutdown}.`;
    throw new ApiError(404, message, { param: "model", code: "model_not_found" });
  }
}

/** The 404 for a model that isn't there. */
export function noSuchModel(model: string): ApiError {
  const message = `The model '${model}' does not exist or you do not have access to it.`;
  return new ApiError(404, message, { param: "model", code: "model_not_found" });
}

/** Whether a model is of 5.6 or later: these look at pages closely unless told not to, and bill cache writes. */
export function isSince56(model: string): boolean {
  return Number(/^gpt-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 0) >= 5.6;
}

/** The endpoints of the models; retired ones aren't listed. */
export function modelRoutes(now: () => number): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/v1/models",
      handle: () => {
        const open = [...models].filter(([, shutdown]) => !isOver(shutdown, now()));
        return { status: 200, body: { object: "list", data: open.map(([id]) => toObject(id)) } };
      },
    },
    {
      method: "GET",
      path: "/v1/models/:id",
      handle: (_, id) => {
        checkModel(id, now());
        return { status: 200, body: toObject(id) };
      },
    },
  ];
}

const toObject = (id: string) => ({
  id,
  object: "model",
  created: 0,
  owned_by: "autod-sandbox",
});

function isOver(shutdown: string | null, now: number): boolean {
  return shutdown !== null && new Date(now).toISOString().slice(0, 10) >= shutdown;
}

/** "gpt-5-2025-08-07" is a snapshot of "gpt-5". */
function withoutDate(model: string): string {
  return model.replace(/-\d{4}-\d{2}-\d{2}$/, "");
}
