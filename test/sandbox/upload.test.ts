import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import test from "ava";
import { ApiError } from "../../src/sandbox/api-error.ts";
import { receiveUpload } from "../../src/sandbox/upload.ts";

/** Sends a form with a file of so many bytes to a receiver that takes so many. */
async function send(bytes: number, most: number): Promise<number> {
  await using server = createServer((request, response) => {
    receiveUpload(request, most).then(
      ({ file }) => response.end(String(file?.content.length)),
      (error: unknown) => {
        request.resume();
        response.statusCode = error instanceof ApiError ? error.status : 500;
        response.end("0");
      },
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const body = new FormData();
  body.set("file", new File([new Uint8Array(bytes)], "a.pdf"));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body });
  server.closeAllConnections();
  return answer.status === 200 ? Number(await answer.text()) : answer.status;
}

test("takes a file of exactly the most bytes", async (t) => {
  t.is(await send(100_000, 100_000), 100_000);
});

test("refuses a file of one byte more with a 413", async (t) => {
  t.is(await send(100_001, 100_000), 413);
});
