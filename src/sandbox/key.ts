import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";

/** Refuses a request without the right key. */
export function checkKey(request: IncomingMessage, key: string): void {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (given === key) return;
  const message = given
    ? `Incorrect API key provided: ${given.slice(0, 3)}***. This is a stand-in with a key of its own.`
    : "You didn't provide an API key; it belongs in an Authorization header: Bearer YOUR_KEY.";
  throw new ApiError(401, message, { code: "invalid_api_key" });
}
