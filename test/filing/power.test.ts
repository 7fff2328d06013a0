import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { cutPower } from "../helpers/power.ts";
import { hash } from "./rooms.ts";

const filer = join(import.meta.dirname, "fixtures", "filer.ts");

test("what was filed before the power went is there, whole, when it is back", async (t) => {
  for (let round = 1; round <= 3; round += 1) {
    const remains = await cutPower(t, filer);
    if (!remains) return;
    const { said, folder } = remains;
    t.true(said.length > 0);
    for (const line of said) {
      const [sha256 = "", ...path] = line.split(" ");
      const bytes = await readFile(join(folder, "Archive", path.join(" "))).catch(String);
      t.is(hash(bytes), sha256, `round ${round}: ${line}`);
    }
    t.log(`${said.length} files`);
  }
});
