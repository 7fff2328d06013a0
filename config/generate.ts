import { writeFile } from "node:fs/promises";
import { format } from "oxfmt";
import { jsonSchema } from "../src/config/json-schema.ts";

/** What config/autod.schema.json has to hold. */
export async function generate(): Promise<string> {
  const { code } = await format("autod.schema.json", JSON.stringify(jsonSchema(), null, 2));
  return code;
}

if (import.meta.main) {
  await writeFile(new URL("autod.schema.json", import.meta.url), await generate());
}
