import { join } from "node:path";
import test from "ava";
import { put, targetFor } from "../../src/filing/archive.ts";
import { bill, blank } from "./extractions.ts";
import { hashOf, places, saved } from "./rooms.ts";

const templates = { folder: "{year}/{category}", name: "{documentDate} {issuer} - {title}" };
const read = { extraction: bill, templates, original: "scan.pdf", review: false };

test("a document belongs under what was read in it", (t) => {
  const name = "2026-01-15 Stadtwerke - Electricity bill.pdf";
  t.deepEqual(targetFor(read), { folders: ["2026", "Utilities"], name });
});

test("a document that told nothing keeps its name, among the undated", (t) => {
  const target = targetFor({ ...read, extraction: blank });
  t.deepEqual(target, { folders: ["undated"], name: "scan.pdf" });
});

test("a document to be looked at keeps its own name", (t) => {
  const target = targetFor({ ...read, original: "scan:1.PDF", review: true });
  t.deepEqual(target, { folders: ["_review"], name: "scan-1.PDF" });
});

test("a document is put there as it is", async (t) => {
  const { inbox, archive: root } = await places(t);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  const path = await put({
    from,
    root,
    id: "3f2a9c01b7de",
    sha256,
    folders: ["2026"],
    name: "a.pdf",
  });
  t.is(path, join(root, "2026", "a.pdf"));
  t.is(await hashOf(path), sha256);
});
