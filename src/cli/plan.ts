import { type Choices, composeConfig } from "../config/compose.ts";
import { type Draft, draftConfig } from "../config/draft.ts";
import { keyThere } from "../config/establish.ts";
import { homely } from "../config/homely.ts";
import { type Key, keyFrom, keyIn, knownKey } from "../config/known-key.ts";
import type { newPlaces } from "../config/places.ts";
import { checkRoom } from "../config/room.ts";
import { AutodError } from "../errors.ts";
import { choicesFrom } from "./choices.ts";
import type { Cli, Invocation } from "./command.ts";
import { escapeText } from "./escape.ts";
import { tryKey } from "./try-key.ts";

export type Places = ReturnType<typeof newPlaces>;

/** All that was decided, and found to be possible, before anything is made. */
export interface Plan {
  readonly choices: Choices;
  readonly key: Key | null;
  /** Whether a person wants it in the place of the one that is there. */
  readonly replaces: boolean;
  /** Whether the API said that it works. */
  readonly works: boolean;
}

/** The configuration of these choices, beside its place. Throws what speaks against them. */
export async function draftOf(
  choices: Choices,
  { configFile }: Places,
  env: NodeJS.ProcessEnv,
): Promise<Draft> {
  const { inbox, archive, quarantine } = choices;
  for (const folder of [inbox, archive, quarantine]) await checkRoom(folder);
  return await draftConfig(configFile, await composeConfig(choices, env), env);
}

/** Decides by what a person answers; null where they break it off. */
export async function planByQuestions(
  { args, options, cli }: Invocation,
  places: Places,
): Promise<Plan | null> {
  const { env, signal } = cli;
  const sketch = async (dir: string) => draftOf(choicesFrom(dir, options, env), places, env);
  const check = async (dir: string) => (await sketch(dir))[Symbol.asyncDispose]();
  const [dir] = args;
  if (dir !== undefined) await check(dir);
  const known = await knownKey(places.keyFile, env);
  // Only who is asked waits for it to load.
  const { askQuestions } = await import("./questions.ts");
  const answers = await askQuestions(
    {
      dir,
      proposed: USUAL,
      known,
      keyFile: places.keyFile,
      shown: (path) => homely(path, env),
      faultOf: (one) => check(one).then(() => undefined, messageOf),
      async tryKey({ text }, one) {
        await using draft = await sketch(one);
        return await tryKey(draft.config, text, signal);
      },
    },
    cli,
  );
  if (answers === null) return null;
  const { key, works, dir: where, ...decided } = answers;
  const replaces = known?.place === places.keyFile;
  return { choices: { ...choicesFrom(where, options, env), ...decided }, key, replaces, works };
}

/** Decides by flags, and by defaults where they say nothing. Throws also what the API has against key and model. */
export async function planByFlags(
  { args, options, cli }: Invocation,
  places: Places,
): Promise<Plan> {
  const { env, signal, terminal } = cli;
  const choices = choicesFrom(args[0] ?? USUAL, options, env);
  await using draft = await draftOf(choices, places, env);
  const key = await keyFor(choices.apiKeyFile, Boolean(options["keyStdin"]), places, cli);
  if (key === null) return { choices, key, replaces: false, works: false };
  const trouble = await tryKey(draft.config, key.text, signal);
  if (trouble?.code === "KEY_REJECTED") {
    throw refused(`the API rejects the key from ${key.place}`, "a valid key", trouble);
  }
  if (trouble?.code === "MODEL_UNAVAILABLE") {
    throw refused(trouble.message, "another --model", trouble);
  }
  if (trouble) terminal.note(`the key could not be checked: ${escapeText(trouble.message)}`);
  return { choices, key, replaces: false, works: trouble === null };
}

/** Where everything goes unless a person says otherwise. */
const USUAL = "~/autod";

const messageOf = (error: unknown): string =>
  escapeText((error instanceof Error ? error.message : String(error)).replaceAll("\n", "; "));

/** The key from where a flag says, else the one that this machine has already, if it has one. */
async function keyFor(
  named: string | undefined,
  fromInput: boolean,
  { keyFile }: Places,
  { keyboard, input, env }: Cli,
): Promise<Key | null> {
  if (named !== undefined && fromInput) {
    throw new AutodError("ARGUMENT_INVALID", "--key-file and --key-stdin are two keys; name one");
  }
  if (named !== undefined) return await keyIn(named);
  if (!fromInput) return await knownKey(keyFile, env);
  if (keyboard) {
    const message = "--key-stdin reads from a pipe or a file; nobody types a key in plain sight";
    throw new AutodError("ARGUMENT_INVALID", message);
  }
  const key = keyFrom(await startOf(input), "the input");
  const there = await knownKey(keyFile, {});
  if (there?.place !== keyFile) return key;
  if (there.text === key.text) return there;
  throw keyThere(keyFile);
}

/** The first lines of a stream: more than any key is long. */
async function startOf(input: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const piece of input) {
    text += String(piece);
    if (text.length > 10_000) break;
  }
  return text;
}

const refused = (message: string, what: string, cause: AutodError): AutodError =>
  new AutodError(cause.code, message, { cause, hint: `Nothing was written; try ${what}.` });
