import { readdir } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { retire } from "../../src/filing/retire.ts";
import { hashOf, places, saved } from "./rooms.ts";

test("a document that came again leaves quarantine for the duplicates, without its reason", async (t) => {
  const { inbox: quarantine, archive } = await places(t);
  const { path: from, sha256 } = await saved(join(quarantine, "scan (2).pdf"));
  await saved(`${from}.reason.json`, "{}");
  const movedTo = await retire({ from, root: archive, id: "3f2a9c01b7de", sha256 });
  t.is(movedTo, join(archive, "_duplicates", "scan (2).pdf"));
  t.is(await hashOf(movedTo), sha256);
  t.deepEqual(await readdir(quarantine), []);
});
