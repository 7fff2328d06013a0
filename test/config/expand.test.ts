import { homedir } from "node:os";
import test from "ava";
import { expand } from "../../src/config/expand.ts";

const base = { env: { HOME: "/home/jane", SCANS: "/srv/scans", EMPTY: "" }, folder: "/etc/autod" };

const means = test.macro((t, path: string, absolute: string) => {
  t.is(expand(path, base), absolute);
});

const fails = test.macro((t, path: string, message: RegExp) => {
  t.throws(() => expand(path, base), { message });
});

test("~ is the home", means, "~", "/home/jane");
test("~/ is below the home", means, "~/Inbox", "/home/jane/Inbox");
test("~ elsewhere is a character", means, "/a/~/b~", "/a/~/b~");
test("a variable is put in", means, "${SCANS}/in", "/srv/scans/in");
test("several variables are put in", means, "${SCANS}${HOME}", "/srv/scans/home/jane");
test("a relative path starts from the folder", means, "../in", "/etc/in");
test("dots and double slashes go", means, "/a/./b//c/..", "/a/b");
test("an unknown variable is an error", fails, "${NOPE}/in", /variable NOPE is not set/);
test("an empty variable is an error", fails, "${EMPTY}/in", /variable EMPTY is not set/);
test("another's home is an error", fails, "~joe/in", /not ~joe/);
test("a NUL is an error", fails, "/a\0b", /NUL/);

test("without HOME the system knows the home", (t) => {
  t.is(expand("~/x", { env: {}, folder: "/" }), `${homedir()}/x`);
});
