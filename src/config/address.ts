import { z } from "zod";
import { expected } from "./wording.ts";

/** Where an API begins: an address without credentials. */
export function baseUrl() {
  const what = expected("an address such as https://api.openai.com/v1");
  return z
    .string({ error: what })
    .regex(/^https?:\/\/[^/]/, { error: what })
    .superRefine((text, context) => {
      const url = URL.parse(text);
      if (!url) context.addIssue("is no valid address");
      else if (url.username || url.password) context.addIssue("must not hold a password or a key");
      else if (url.search || url.hash) context.addIssue("must have nothing behind its path");
    });
}

/** Whether documents would go to another machine unencrypted. */
export function isPlainHttp(address: string): boolean {
  const url = URL.parse(address);
  if (url?.protocol !== "http:") return false;
  return !/^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}
