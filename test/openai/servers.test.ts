import test from "ava";
import { documented, settings } from "../../src/config/schema.ts";
import { fold } from "../../src/config/fold.ts";
import { openServers } from "../../src/openai/servers.ts";
import { json, serve } from "../helpers/http.ts";
import { profileWith } from "./asking.ts";

test("each profile is read by its own server, with that one's key", async (t) => {
  await using first = await serve(json({ id: "file-1" }));
  await using second = await serve(json({ id: "file-2" }), json({ id: "gpt-5.6-luna" }));
  const config = fold(
    settings(documented).parse({
      folders: [{}],
      servers: {
        openai: { baseUrl: first.url },
        other: { baseUrl: second.url },
        unused: { baseUrl: "http://127.0.0.1:9/v1" },
      },
    }),
  );
  const keys = new Map([
    ["openai", "key-of-first"],
    ["other", "key-of-second"],
    ["unknown", "key-of-nobody"],
  ]);
  await using opened = openServers(config, keys, "0123456789abcdef", async () => []);

  await opened.filesOf(profileWith()).remove("file-1");
  await opened.filesOf(profileWith({ server: "other" })).remove("file-2");
  await opened.probe(profileWith({ server: "other" }), new AbortController().signal);

  t.is(first.requests[0]?.headers.authorization, "Bearer key-of-first");
  t.is(second.requests[0]?.headers.authorization, "Bearer key-of-second");
  t.deepEqual(
    second.requests.map(({ path }) => path),
    ["/v1/files/file-2", "/v1/models/gpt-5.6-luna"],
  );
  t.is(first.requests.length, 1);
  t.not(opened.extractorOf(profileWith()), opened.extractorOf(profileWith({ server: "other" })));
  t.throws(() => opened.filesOf(profileWith({ server: "unused" })), { message: /unused/ });
});

test("servers that are disposed before they are asked are of no more use", async (t) => {
  await using server = await serve(json({ id: "file-1" }));
  const config = fold(
    settings(documented).parse({ folders: [{}], servers: { openai: { baseUrl: server.url } } }),
  );
  const keys = new Map([["openai", "key"]]);
  const opened = openServers(config, keys, "0123456789abcdef", async () => []);

  await opened[Symbol.asyncDispose]();

  const asked = opened.filesOf(profileWith()).remove("file-1");
  await t.throwsAsync(asked, { code: "API_UNREACHABLE" });
  t.is(server.requests.length, 0);
});
