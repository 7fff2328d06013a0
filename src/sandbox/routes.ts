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
    const id = match(route.path, call.path);
    if (id !== null) return route.handle(call, id);
  }
  throw new ApiError(404, `Invalid URL (${call.method} ${call.path})`);
}

/** What stands for `:id`; empty where the path has none, null if it is another path. */
function match(pattern: string, path: string): string | null {
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
