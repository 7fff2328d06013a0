import { join } from "node:path";
import test from "ava";
import { put } from "../../src/filing/archive.ts";
import { bill, blank } from "./extractions.ts";
import { hashOf, places, saved } from "./rooms.ts";

const templates = { folder: "{year}/{category}", name: "{documentDate} {issuer} - {title}" };
const id = "3f2a9c01b7de";

test("a document is filed under what was read in it", async (t) => {
  const { inbox, archive: root } = await places(t);
  const { path: from, sha256 } = await saved(join(inbox, "scan.pdf"));
  const document = { from, root, id, sha256, extraction: bill, templates, original: "scan.pdf" };
  const path = await put(document);
  t.is(path, join(root, "2026", "Utilities", "2026-01-15 Stadtwerke - Electricity bill.pdf"));
  t.is(await hashOf(path), sha256);
});

test("a document that told nothing keeps its name, among the undated", async (t) => {
  const { inbox, archive: root } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const document = { from, root, id, extraction: blank, templates, original: "scan.pdf" };
  t.is(await put(document), join(root, "undated", "scan.pdf"));
});

test("a document to be looked at keeps its own name", async (t) => {
  const { inbox, archive: root } = await places(t);
  const { path: from } = await saved(join(inbox, "scan.pdf"));
  const document = { from, root, id, extraction: bill, templates, original: "scan:1.PDF" };
  t.is(await put({ ...document, review: true }), join(root, "_review", "scan-1.PDF"));
});
