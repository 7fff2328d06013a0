import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withDir } from "tmp-promise";
import type { AutodError } from "../../src/errors.ts";
import { openExtractor } from "../../src/openai/extractor.ts";
import { openFiles } from "../../src/openai/files.ts";
import { probe } from "../../src/openai/probe.ts";
import { type Answer, serve } from "../helpers/http.ts";
import { connectTo, profileWith } from "./asking.ts";

const never = new AbortController().signal;

/** What a server that answers so makes each kind of request fail with; null where it doesn't. */
export const failing = {
  /** Asks about an upload. */
  ask: (answer: Answer, timeout?: string) =>
    failure(answer, timeout, (connection) =>
      openExtractor(connection, async () => []).start(question("file-1"), never),
    ),

  /** Asks with the text alone. */
  text: (answer: Answer, timeout?: string) =>
    failure(answer, timeout, (connection) =>
      openExtractor(connection, async () => ["a page"]).start(
        { ...question(null), profile: profileWith({ input: "text" }) },
        never,
      ),
    ),

  upload: (answer: Answer, timeout?: string) =>
    withDir(
      async ({ path }) => {
        const file = join(path, "scan0001.pdf");
        await writeFile(file, "%PDF-1.7");
        const sha256 = createHash("sha256").update("%PDF-1.7").digest("hex");
        return await failure(answer, timeout, (connection) =>
          openFiles(connection, "0123456789abcdef").upload(file, sha256, never),
        );
      },
      { unsafeCleanup: true },
    ),

  probe: (answer: Answer, timeout?: string) =>
    failure(answer, timeout, (connection) => probe(connection, "gpt-5.6-luna", never)),
};

const question = (fileId: string | null) => ({
  profile: profileWith(),
  path: "/nowhere/scan0001.pdf",
  copy: null,
  fileId,
  detail: "low" as const,
  hints: "",
  maxOutputTokens: 8000,
});

/** Fails itself where the request is sent twice. */
async function failure(
  answer: Answer,
  timeout: string | undefined,
  send: (connection: ReturnType<typeof connectTo>) => Promise<unknown>,
): Promise<AutodError | null> {
  await using server = await serve(answer);
  await using connection = connectTo(server.url, timeout ? { timeout } : {});
  const error = await send(connection).then(
    () => null,
    (thrown: unknown) => thrown as AutodError,
  );
  if (server.requests.length !== 1) throw new Error(`${server.requests.length} requests came`);
  return error;
}
