import type { Responses } from "./responses.ts";
import type { Route } from "./routes.ts";

/** The endpoints of the Responses API. */
export function responseRoutes(responses: Responses): readonly Route[] {
  const path = "/v1/responses";
  return [
    {
      method: "POST",
      path,
      handle: async ({ json, twist }) => ok(await responses.create(await json(), twist)),
    },
    { method: "GET", path: `${path}/:id`, handle: (_, id) => ok(responses.get(id)) },
    { method: "DELETE", path: `${path}/:id`, handle: (_, id) => ok(responses.remove(id)) },
    { method: "POST", path: `${path}/:id/cancel`, handle: (_, id) => ok(responses.cancel(id)) },
  ];
}

const ok = (body: object) => ({ status: 200, body });
