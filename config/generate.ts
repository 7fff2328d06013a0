import { writeFile } from "node:fs/promises";
import { format } from "oxfmt";
import { z } from "zod";
import { checkup } from "../src/cli/doctor.ts";
import { rerunning } from "../src/cli/rerun.ts";
import { established } from "../src/config/establish.ts";
import { jsonSchema } from "../src/config/json-schema.ts";
import { imported } from "../src/desk/orders.ts";
import { addition } from "../src/intake/addition.ts";
import { demoOutcome } from "../src/demo/outcome.ts";
import { appraisal } from "../src/intake/appraise.ts";
import { explanation } from "../src/intake/explain.ts";
import { forecast } from "../src/intake/prospect.ts";
import { decided } from "../src/intake/deeds/decide.ts";
import { farewell } from "../src/intake/forget.ts";
import { move } from "../src/intake/moves.ts";
import { release } from "../src/intake/release.ts";
import { survey } from "../src/intake/survey.ts";
import { undoing } from "../src/intake/undo.ts";
import { costReport } from "../src/money/costs.ts";
import { verification } from "../src/money/verify.ts";
import { notification } from "../src/notify/notification.ts";
import { daemonState, reloaded } from "../src/state.ts";
import { installation } from "../src/service/install.ts";
import { serviceState } from "../src/service/state.ts";
import { uninstallation } from "../src/service/uninstall.ts";
import { record } from "../src/store/record.ts";
import { published } from "./published.ts";

/** The schemas that other programs may rely on, by file: the configuration, and what `--json` prints. */
export const schemas: Readonly<Record<string, () => object>> = {
  "add.schema.json": () => z.toJSONSchema(z.array(addition)),
  "autod.schema.json": jsonSchema,
  "costs.schema.json": () => z.toJSONSchema(costReport),
  "estimate.schema.json": () => z.toJSONSchema(appraisal, { reused: "ref" }),
  "forecast.schema.json": () => z.toJSONSchema(forecast, { reused: "ref" }),
  "deed.schema.json": () => z.toJSONSchema(z.array(decided)),
  "demo.schema.json": () => z.toJSONSchema(demoOutcome),
  "doctor.schema.json": () => z.toJSONSchema(checkup),
  "forget.schema.json": () => z.toJSONSchema(z.array(farewell)),
  "history.schema.json": () => z.toJSONSchema(z.array(move)),
  "import.schema.json": () => z.toJSONSchema(imported),
  "installation.schema.json": () => z.toJSONSchema(installation),
  "init.schema.json": () => z.toJSONSchema(established),
  "daemon.schema.json": () => z.toJSONSchema(daemonState),
  "notification.schema.json": () => z.toJSONSchema(notification),
  "reload.schema.json": () => z.toJSONSchema(reloaded),
  "record.schema.json": () => z.toJSONSchema(record),
  "rerun.schema.json": () => z.toJSONSchema(rerunning),
  "retry.schema.json": () => z.toJSONSchema(z.array(release)),
  "service.schema.json": () => z.toJSONSchema(serviceState),
  "status.schema.json": () => z.toJSONSchema(survey),
  "undo.schema.json": () => z.toJSONSchema(z.array(undoing)),
  "uninstallation.schema.json": () => z.toJSONSchema(uninstallation),
  "verify.schema.json": () => z.toJSONSchema(verification, { reused: "ref" }),
  "why.schema.json": () => z.toJSONSchema(explanation, { reused: "ref" }),
};

/** What a file in config/ has to hold. */
export async function generate(file: string): Promise<string> {
  const { code } = await format(file, JSON.stringify(schemas[file]?.(), null, 2));
  return code;
}

if (import.meta.main) {
  await writeFile(new URL("../src/money/published.ts", import.meta.url), await published());
  for (const file of Object.keys(schemas)) {
    await writeFile(new URL(file, import.meta.url), await generate(file));
  }
}
