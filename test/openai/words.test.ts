import test from "ava";
import { pick } from "../../src/openai/words.ts";
import { key } from "./asking.ts";

const picks = test.macro({
  exec: (t, said: unknown, expected: string) => t.is(pick(said, key), expected),
  title: (what) => what ?? "",
});

const page = `<!DOCTYPE html><html><head><title>502 Bad Gateway</title><style>p { a: b }</style>
<script>var cookie = "a";</script></head><body><!-- hidden --><h1>502</h1>  nginx</body></html>`;
test("of a page, its words stay", picks, page, "502 Bad Gateway 502 nginx");
test(
  "of a page in a message, too",
  picks,
  `upstream said: ${page}`,
  "upstream said: 502 Bad Gateway 502 nginx",
);
test("of a page that is cut, no markup stays", picks, '<p>Sorry<a href="x', "Sorry");
test(
  "of a page that begins with its script, nothing stays",
  picks,
  "<script>a()",
  "a page without words",
);
test("a page is short", picks, `<p>${"x".repeat(500)}`, `${"x".repeat(100)} …`);
test("a text is short", picks, "x".repeat(500), `${"x".repeat(300)} …`);
test("what only looks like markup stays", picks, "a < b, and <b> is c", "a < b, and <b> is c");
test("an error says its message", picks, new TypeError("terminated"), "terminated");

test("the key goes", picks, `Incorrect API key: ${key}.`, "Incorrect API key: ….");
test("other keys go", picks, "Incorrect API key: sk-proj-ab**9a.", "Incorrect API key: ….");
test("a token goes", picks, 'with "Bearer eyJhbGciOi.x-y"', 'with "Bearer …"');
test(
  "headers go",
  picks,
  "GET /\nAuthorization: Basic dTpw\nCookie: __cf_bm=1; a=2\nset-cookie: b=3\nHost: x",
  "GET /\nAuthorization: …\nCookie: …\nset-cookie: …\nHost: x",
);
test("headers in JSON go", picks, '{"x-api-key": "abc"}', '{"x-api-key: …');

test("without a key to keep out, words stay as they are", (t) => {
  t.is(pick("no such thing", null), "no such thing");
  t.is(pick("no such thing", ""), "no such thing");
});

test("of any length, it is picked at once", (t) => {
  t.is(pick("<".repeat(16_000_000), key), "a page without words");
  t.true(pick("a=<script".repeat(1_000_000), key).length < 400);
});
