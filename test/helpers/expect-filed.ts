import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { Home } from "./home.ts";

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

/** Asserts that what went in is what is filed: each file's bytes as often as before, and nothing besides. */
export async function expectFiled(
  t: ExecutionContext,
  home: Home,
  dropped: readonly Uint8Array[],
): Promise<void> {
  const filed = (await home.filed()).filter((file) => !file.endsWith(".reason.json"));
  const found = await Promise.all(
    filed.map(async (file) => sha256(await readFile(join(home.folder, file)))),
  );
  t.deepEqual(found.toSorted(), dropped.map(sha256).toSorted());
  t.deepEqual(await home.left(), []);
}
