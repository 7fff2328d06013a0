import { ApiError } from "./api-error.ts";
import type { Answer, Call } from "./exchange.ts";

/** One endpoint; `:id` in its path stands for one segment, which `handle` is given. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handle: (call: Call, id: string) => Answer | Promise<Answer>;
}

/** Has the endpoint answer that a call is for; throws a 404 if there is none. */
export function dispatch(routes: readonly Route[], call: Call): Answer | Promise<Answer> {
  for (const route of routes) {
    if (route.method !== call.method) continue;
    const id = matchPath(route.path, call.path);
    if (id !== null) return route.handle(call, id);
  }
  throw noSuchEndpoint(call);
}

/** What stands in a path for `:id`; empty where the pattern has none, null if it is another path. */
export function matchPath(pattern: string, path: string): string | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  let id = "";
  for (const [index, segment] of wanted.entries()) {
    if (segment === ":id" && given[index]) id = given[index];
    else if (segment !== given[index]) return null;
  }
  return id;
}

/** The 404 for what is no endpoint. */
export function noSuchEndpoint({ method, path }: Pick<Call, "method" | "path">): ApiError {
  return new ApiError(404, `Invalid URL (${method} ${path})`);
}
