import { once } from "node:events";
import { lstat, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import test from "ava";
import { dir } from "tmp-promise";
import { z } from "zod";
import { socketOf } from "../../src/config/socket.ts";
import { ask } from "../../src/socket/ask.ts";
import { type Question, serve } from "../../src/socket/serve.ts";
import { captureLogs } from "../helpers/capture-logs.ts";

const socketIn = (folder: string) => join(folder, "autod.sock");
const folder = () => dir({ unsafeCleanup: true, prefix: "autod-test-" });

test("what is asked is answered, to the owner alone, and nobody answers afterwards", async (t) => {
  const { path, cleanup } = await folder();
  const { logger } = captureLogs();
  // As a process leaves it that was killed.
  await writeFile(socketIn(path), "");
  {
    const answers = {
      "GET /v1/echo": ({ query }: Question) => query.get("path"),
      "GET /v1/fault": () => {
        throw new Error("a fault");
      },
    };
    await using _ = await serve(socketIn(path), answers, logger);
    t.is(await ask(socketIn(path), "/v1/echo?path=%2Fa%20b", z.string()), "/a b");
    t.is(await ask(socketIn(path), "/v1/echo", z.string()), null, "null is no text");
    t.is(await ask(socketIn(path), "/v1/else", z.unknown()), null);
    t.is(await ask(socketIn(path), "/v1/fault", z.unknown()), null);
    t.is((await lstat(socketIn(path))).mode & 0o777, 0o600);
  }
  t.is(await ask(socketIn(path), "/v1/echo?path=a", z.string()), null);
  await cleanup();
});

test("an answer that never comes, or breaks off, is none", async (t) => {
  const { path, cleanup } = await folder();
  const server = createServer((request, response) => {
    if (request.url === "/half") response.writeHead(200).write("[1,", () => response.destroy());
  });
  server.listen(socketIn(path));
  await once(server, "listening");
  t.is(await ask(socketIn(path), "/half", z.unknown()), null);
  t.is(await ask(socketIn(path), "/never", z.unknown()), null);
  server.closeAllConnections();
  server.close();
  await cleanup();
});

test("where a dataDir's path is too long, its socket stands among what the user runs", (t) => {
  const long = `/${"a".repeat(120)}`;
  t.is(socketOf("/data", "/run/user/1"), "/data/autod.sock");
  t.regex(socketOf(long, "/run/user/1") ?? "", /^\/run\/user\/1\/autod-[0-9a-f]{12}\.sock$/);
  t.not(socketOf(long, "/run/user/1"), socketOf(`${long}b`, "/run/user/1"));
  t.is(socketOf(long, ""), null);
  t.is(socketOf(long, long), null);
  t.is(socketOf(long, undefined), null);
});

test("where it can't listen, that is told, and the work goes on", async (t) => {
  const { path, cleanup } = await folder();
  await mkdir(join(path, "autod.sock", "in its place"), { recursive: true });
  const logs = captureLogs();
  {
    await using _ = await serve(socketIn(path), {}, logs.logger);
    t.like(logs.lines(), [{ msg: "commands can't ask autod, only look at its files" }]);
  }
  await cleanup();
});
