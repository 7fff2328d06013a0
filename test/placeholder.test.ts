import test from "ava";
import { keysOf } from "../src/placeholder.ts";

const has = test.macro((t, template: string, ...keys: readonly string[]) => {
  t.deepEqual(keysOf(template), keys);
});

test("a template has the keys of its places", has, "{year}/{category} {x", "year", "category");
test("a format is no part of a key", has, "{documentDate:yyyy-MM}", "documentDate");
test("a default is none either", has, "{issuer|Unknown} { dueDate :yy|none}", "issuer", "dueDate");
test("a template may have no place", has, "Documents");
