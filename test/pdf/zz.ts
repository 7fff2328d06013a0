import { writeFile } from "node:fs/promises";
import { startInspector } from "../../src/pdf/inspector.ts";
import { withContent, handmade } from "./handmade.ts";
import { invoice } from "../helpers/pdf.ts";
import { deflateSync } from "node:zlib";
const inspect = async (name: string, bytes: Uint8Array, limits = {}) => {
  await using i = startInspector(limits);
  await writeFile("/tmp/zz.pdf", bytes);
  const t = performance.now();
  try { console.log(name, bytes.length, await i.inspect("/tmp/zz.pdf")); } catch (e: any) { console.log(name, bytes.length, e.code, e.message); }
  console.log("   ms", Math.round(performance.now() - t));
};
await inspect("plain", withContent(Buffer.from("BT /F 12 Tf 50 700 Td (Hello world, this is text) Tj ET")));
for (const mb of [10, 50, 200]) await inspect(`zeros ${mb}`, withContent(Buffer.alloc(mb * 1e6)));
await inspect("text 2M", withContent(Buffer.from("BT /F 12 Tf 50 700 Td " + "(a)Tj ".repeat(2e5) + " ET")));
await inspect("text 20M", withContent(Buffer.from("BT /F 12 Tf 50 700 Td " + "(a)Tj ".repeat(2e6) + " ET")));
await inspect("text 20M b", withContent(Buffer.from("BT /F 12 Tf 50 700 Td " + "(a)Tj ".repeat(2e6) + " ET")), {timeout: 300});
for (const m of [90e6, 110e6, 130e6,150e6]) await inspect(`plain in ${m}`, await invoice("A"), { memory: m });
