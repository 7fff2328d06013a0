import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, isSeq, parseDocument, type Scalar } from "yaml";
import { homely } from "./homely.ts";
import { decimal } from "./units.ts";

/** What a person decides at first; paths are absolute, and what is undefined is left at its default. */
export interface Choices {
  readonly inbox: string;
  readonly archive: string;
  readonly quarantine: string;
  readonly me: readonly string[];
  readonly model?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly apiKeyFile?: string | undefined;
  readonly dataDir?: string | undefined;
  /** In USD; "none" is no cap. */
  readonly perDocument?: string | undefined;
  readonly perDay?: string | undefined;
  readonly perMonth?: string | undefined;
}

/** The text of a configuration to begin with: the settings that people change, with their comments. */
export async function composeConfig(choices: Choices, env: NodeJS.ProcessEnv): Promise<string> {
  const document = parseDocument(await starter());
  for (const [path, value] of placed(choices, env)) {
    if (value !== undefined) document.setIn(path, value);
  }
  const me = document.getIn(["profiles", "default", "me"]);
  if (isSeq(me)) for (const name of choices.me) me.add(name);
  for (const [key, comment, value] of furthers(choices, env)) append(document, key, comment, value);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** What it points to is named by where it lies here. */
async function starter(): Promise<string> {
  const packed = new URL("../../config/", import.meta.url);
  const text = await readFile(new URL("autod.starter.yaml", packed), "utf8");
  return text
    .replace("$schema=./", () => `$schema=${packed.href}`)
    .replace(" ./autod.example.yaml", () => `\n# ${fileURLToPath(packed)}autod.example.yaml`);
}

const placed = (
  { inbox, archive, quarantine, model, perDocument, perDay, perMonth }: Choices,
  env: NodeJS.ProcessEnv,
): readonly (readonly [path: readonly (string | number)[], value: unknown])[] => [
  [["folders", 0, "inbox"], homely(inbox, env)],
  [["folders", 0, "archive"], homely(archive, env)],
  [["folders", 0, "quarantine"], homely(quarantine, env)],
  [["profiles", "default", "model"], model],
  [["budget", "perDocument"], amount(perDocument)],
  [["budget", "perDay"], amount(perDay)],
  [["budget", "perMonth"], amount(perMonth)],
];

/** As a number where that is exact; what is no amount is for the check to name. */
function amount(text: string | undefined): unknown {
  if (text === "none") return null;
  const exact = decimal(text ?? "") ?? text;
  return exact !== undefined && String(Number(exact)) === exact ? Number(exact) : exact;
}

/** What stands there only where it was decided upon. */
function furthers(
  { baseUrl, apiKeyFile, dataDir }: Choices,
  env: NodeJS.ProcessEnv,
): readonly (readonly [key: string, comment: string, value: unknown])[] {
  const server = {
    ...(baseUrl !== undefined && { baseUrl }),
    ...(apiKeyFile !== undefined && { apiKeyFile: homely(apiKeyFile, env) }),
  };
  const logs = dataDir === undefined ? dataDir : { dir: homely(join(dataDir, "log"), env) };
  const all = [
    ["openai", "Where documents are sent.", Object.keys(server).length > 0 ? server : undefined],
    ["dataDir", "Where the store lies.", dataDir === undefined ? dataDir : homely(dataDir, env)],
    // Costs are added up from log files: those of another store aren't its own.
    ["logs", "Where the log files lie.", logs],
  ] as const;
  return all.filter(([, , value]) => value !== undefined);
}

function append(document: Document, key: string, comment: string, value: unknown): void {
  const pair = document.createPair(document.createNode(key), value);
  const node = pair.key as Scalar;
  node.commentBefore = ` ${comment}`;
  node.spaceBefore = true;
  document.add(pair);
}
