import test from "ava";
import { AutodError } from "../../src/errors.ts";
import { unread } from "../../src/openai/unread.ts";

const becomes = test.macro({
  exec: (t, code: string, ours: string) => {
    const error = Object.assign(new Error("no"), { code });
    t.like(unread(error), { code: ours, message: "the document can't be read: no", cause: error });
  },
  title: (_, code: string, ours: string) => `${code} is ${ours}`,
});

test(becomes, "ENOENT", "FILE_MISSING");
test(becomes, "EACCES", "DISK_FAULT");
test(becomes, "EPERM", "DISK_FAULT");
test(becomes, "EIO", "DISK_FAULT");
test(becomes, "ESTALE", "DISK_FAULT");
test(becomes, "EISDIR", "INTERNAL");

test("an error of ours stays what it is", (t) => {
  const error = new AutodError("PDF_TOO_HARD", "it takes too long");
  t.is(unread(error), error);
});

test("what is no error is one then", (t) => {
  t.like(unread("no"), { code: "INTERNAL", message: "the document can't be read: no" });
});
