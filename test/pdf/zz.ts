import { writeFile } from "node:fs/promises";
import { startInspector } from "../../src/pdf/inspector.ts";
import { withContent, handmade } from "./handmade.ts";
const inspect = async (name: string, bytes: Uint8Array, limits = {}) => {
  await using i = startInspector(limits);
  await writeFile("/tmp/zz.pdf", bytes);
  const t = performance.now();
  try { console.log(name, bytes.length, await i.inspect("/tmp/zz.pdf")); } catch (e: any) { console.log(name, bytes.length, e.code, e.message); }
  console.log("   ms", Math.round(performance.now() - t));
};
const laughs = (levels: number, times: number, inner: string) => handmade([
  { dictionary: "/Type /Catalog /Pages 2 0 R" },
  { dictionary: "/Type /Pages /Kids [3 0 R] /Count 1" },
  { dictionary: "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</Font <</F 5 0 R>> /XObject <</X 6 0 R>>>>" },
  { dictionary: "", stream: Buffer.from("/X Do") },
  { dictionary: "/Type /Font /Subtype /Type1 /BaseFont /Helvetica" },
  ...Array.from({ length: levels }, (_, n) => ({ dictionary: `/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources <</Font <</F 5 0 R>> /XObject <</X ${n + 7} 0 R>>>>`, stream: Buffer.from("/X Do ".repeat(times)) })),
  { dictionary: "/Type /XObject /Subtype /Form /BBox [0 0 1 1]", stream: Buffer.from(inner) },
]);
for (const l of [3,4,5,6]) await inspect(`laughs ${l}`, laughs(l, 10, ""), { memory: 4e9, timeout: 20000 });
await inspect("slow 1.5M", withContent(Buffer.from(`BT /F 12 Tf ${"(a)Tj ".repeat(1_500_000)} ET`)), { memory: 4e9 });
await inspect("q Q", withContent(Buffer.from("q Q ".repeat(20_000_000))), { memory: 4e9 });
await inspect("n", withContent(Buffer.from("0 0 m n ".repeat(10_000_000))), { memory: 4e9 });
await inspect("big page str", withContent(Buffer.from(`BT /F 12 Tf (${"a".repeat(5_000_000)}) Tj ET`)), { memory: 4e9 });
