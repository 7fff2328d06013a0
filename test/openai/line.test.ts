import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { createServer as createPlain } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import test, { type ExecutionContext } from "ava";
import type { AutodError } from "../../src/errors.ts";
import { classify } from "../../src/openai/classify.ts";
import { configurationHint, neverSent } from "../../src/openai/line.ts";
import { serve } from "../helpers/http.ts";
import { connectTo, key } from "./asking.ts";

/** What an ask of the server at `url` fails with. */
async function asked(url: string): Promise<AutodError> {
  await using connection = connectTo(url);
  const error: unknown = await connection.client.responses.create({ model: "m", input: "" }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return classify(error, { key, onBrokenLine: "API_ANSWER_LOST" }) as AutodError;
}

/** The address of a server whose certificate is its own and for another host. */
async function encrypted(t: ExecutionContext): Promise<{ url: string; certificate: string }> {
  const pem = await readFile(join(import.meta.dirname, "fixtures/elsewhere.pem"), "utf8");
  const server = createServer({ key: pem, cert: pem }, (_, response) => response.end("{}"));
  server.listen(0, "127.0.0.1");
  t.teardown(() => server[Symbol.asyncDispose]());
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    certificate: pem,
  };
}

const isConfiguration = (t: ExecutionContext, error: AutodError, why: RegExp, hint: RegExp) => {
  t.is(error.code, "API_UNREACHABLE");
  t.is(error.retryable, false);
  t.regex(error.message, why);
  t.regex(error.hint, hint);
};

test.serial("a certificate that nobody vouches for is a matter of configuration", async (t) => {
  const { url } = await encrypted(t);
  isConfiguration(t, await asked(url), /self-signed certificate/, /NODE_EXTRA_CA_CERTS/);
});

test.serial("a certificate for another host is a matter of configuration", async (t) => {
  const { url, certificate } = await encrypted(t);
  const trusted = getCACertificates("default");
  setDefaultCACertificates([...trusted, certificate.slice(certificate.indexOf("-----BEGIN CERT"))]);
  t.teardown(() => setDefaultCACertificates(trusted));
  isConfiguration(t, await asked(url), /does not match certificate's altnames/, /baseUrl/);
});

test("a server that doesn't encrypt is a matter of configuration", async (t) => {
  await using server = await serve();
  const error = await asked(server.url.replace("http:", "https:"));
  isConfiguration(t, error, /wrong version number/, /doesn't speak https/);
});

test("a line that breaks before it is encrypted has cost nothing, and is weather", async (t) => {
  const server = createPlain((socket) => socket.once("data", () => socket.end())).listen(
    0,
    "127.0.0.1",
  );
  t.teardown(() => server[Symbol.asyncDispose]());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const error = await asked(`https://127.0.0.1:${port}/v1`);
  t.is(error.code, "API_UNREACHABLE");
  t.is(error.retryable, undefined);
});

const isUntrusted = test.macro({
  exec: (t, code: string) =>
    t.regex(configurationHint(Object.assign(new Error("no"), { code })) ?? "", /certificate/),
  title: (_, code) => `${code} is about the certificate`,
});

test(isUntrusted, "CERT_HAS_EXPIRED");
test(isUntrusted, "CERT_NOT_YET_VALID");
test(isUntrusted, "DEPTH_ZERO_SELF_SIGNED_CERT");
test(isUntrusted, "SELF_SIGNED_CERT_IN_CHAIN");
test(isUntrusted, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
test(isUntrusted, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
test(isUntrusted, "ERR_TLS_CERT_ALTNAME_INVALID");

const isWeather = test.macro({
  exec: (t, fields: object, cheap: boolean) => {
    const cause = Object.assign(new Error("no"), fields);
    t.is(configurationHint(cause), null);
    t.is(neverSent(cause), cheap);
  },
  title: (_, fields, cheap) =>
    `${JSON.stringify(fields)} ${cheap ? "has cost nothing" : "may have cost"}`,
});

test(isWeather, { code: "ECONNREFUSED", syscall: "connect" }, true);
test(isWeather, { code: "EHOSTUNREACH", syscall: "connect" }, true);
test(isWeather, { code: "EAI_AGAIN", syscall: "getaddrinfo" }, true);
test(isWeather, { code: "UND_ERR_CONNECT_TIMEOUT" }, true);
test(isWeather, { code: "ECONNRESET", syscall: "read" }, false);
test(isWeather, { code: "EPIPE", syscall: "write" }, false);
test(isWeather, { code: "UND_ERR_SOCKET" }, false);
test(isWeather, { code: "UND_ERR_BODY_TIMEOUT" }, false);

test("what is no error has no known cost", (t) => {
  t.is(configurationHint("broken"), null);
  t.false(neverSent("broken"));
});
