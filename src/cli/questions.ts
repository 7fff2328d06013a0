import {
  cancel,
  type CommonOptions,
  intro,
  isCancel,
  log,
  outro,
  password,
  select,
  text,
  updateSettings,
} from "@clack/prompts";
import { isKey, type Key, keyFrom } from "../config/known-key.ts";
import type { AutodError } from "../errors.ts";
import type { Cli } from "./command.ts";
import { escapeText } from "./escape.ts";
import { wrap } from "./wrap.ts";

/** What is known before anything is asked, and how answers are looked at. */
export interface Matters {
  /** The folder that was named already. */
  readonly dir: string | undefined;
  /** The one that is proposed else. */
  readonly proposed: string;
  readonly known: Key | null;
  /** Where a key is saved. */
  readonly keyFile: string;
  /** A path for eyes. */
  readonly shown: (path: string) => string;
  /** What speaks against a folder; undefined if nothing does. */
  readonly faultOf: (dir: string) => Promise<string | undefined>;
  /** What speaks against a key; null if it works. */
  readonly tryKey: (key: Key, dir: string) => Promise<AutodError | null>;
}

export interface Answers {
  readonly dir: string;
  readonly me: readonly string[];
  readonly key: Key | null;
  /** Whether the API said that the key works. */
  readonly works: boolean;
  readonly perDay: string;
  readonly perMonth: string;
}

/** Asks a person what autod has to know at first. Null where they break it off, and they are told so. */
export async function askQuestions(
  matters: Matters,
  { keyboard, terminal: { screen }, signal }: Pick<Cli, "keyboard" | "terminal" | "signal">,
): Promise<Answers | null> {
  if (!keyboard || !screen) throw new Error("nobody is there to be asked");
  // Ctrl-D ends the input: nobody would answer any more.
  updateSettings({ aliases: { "\u0004": "cancel" } });
  const ask = asker(keyboard, screen, signal);
  intro("autod reads the PDFs that you save into a folder, and files them.", { output: screen });
  try {
    const dir = matters.dir ?? (await askWhere(matters, ask));
    const me = await askNames(ask);
    const key = await askKey(matters, dir, ask, screen);
    const perDay = await askCap("The most that a day may cost, in USD", "2", ask);
    const perMonth = await askCap("The most that a month may cost, in USD", "20", ask);
    outro("That is all.", { output: screen });
    return { dir, me, ...key, perDay, perMonth };
  } catch (error) {
    if (!isStop(error)) throw error;
    cancel("Stopped; nothing was written.", { output: screen });
    return null;
  }
}

type Ask = <Answer>(
  prompt: (how: CommonOptions) => Promise<Answer | symbol>,
) => Promise<Exclude<Answer, symbol>>;

/** Shows a question where a person sees it; throws an AbortError where they break it off. */
function asker(input: NodeJS.ReadStream, output: NodeJS.WriteStream, signal: AbortSignal): Ask {
  return async <Answer>(prompt: (how: CommonOptions) => Promise<Answer | symbol>) => {
    signal.throwIfAborted();
    // A question that was answered would go on listening, and write, when the process is told to stop.
    const own = new AbortController();
    const stop = () => own.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const answer = await prompt({ input, output, signal: own.signal });
      if (isCancel(answer)) throw new DOMException("the person broke it off", "AbortError");
      return answer as Exclude<Answer, symbol>;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
}

const isStop = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "AbortError";

async function askWhere({ proposed, faultOf }: Matters, ask: Ask): Promise<string> {
  const dir = await ask((how) =>
    text({
      ...how,
      message: "Where? Inbox, Archive and Quarantine are made in this folder",
      placeholder: proposed,
      defaultValue: proposed,
      validate: (given) => faultOf(given?.trim() || proposed),
    }),
  );
  return dir.trim();
}

async function askNames(ask: Ask): Promise<string[]> {
  const names = await ask((how) =>
    text({
      ...how,
      message: "Your name as letters have it; several, with commas between them",
      placeholder: "Jane Doe (or Enter for none)",
      defaultValue: "",
    }),
  );
  return names
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}

async function askKey(
  { known, keyFile, shown, tryKey }: Matters,
  dir: string,
  ask: Ask,
  screen: NodeJS.WriteStream,
): Promise<Pick<Answers, "key" | "works">> {
  const say = { output: screen };
  const type = () => typedKey(known?.place === keyFile ? shown(keyFile) : null, ask);
  let key = known && (await isTaken(known, shown, keyFile, ask)) ? known : await type();
  while (key) {
    log.step("Asking the API whether it takes the key, free of charge", say);
    const trouble = await tryKey(key, dir);
    if (trouble === null) log.success("It does", say);
    else if (trouble.code === "KEY_REJECTED") log.error("It doesn't; try another", say);
    else {
      const words = escapeText(`That can't be known now: ${trouble.message}`);
      log.warn(wrap(words, (screen.columns || 80) - 3, "").join("\n"), say);
    }
    if (trouble?.code !== "KEY_REJECTED") return { key, works: trouble === null };
    key = await type();
  }
  return { key, works: false };
}

function isTaken(
  { place, stays }: Key,
  shown: Matters["shown"],
  keyFile: string,
  ask: Ask,
): Promise<boolean> {
  const saved = stays ? "" : `, saved as ${shown(keyFile)}`;
  const label = `The one in ${shown(place)}${saved}`;
  return ask((how) =>
    select({
      ...how,
      message: "Your API key of OpenAI",
      options: [
        { value: true, label },
        { value: false, label: "Another" },
      ],
      showInstructions: false,
    }),
  );
}

/** Null where it is to come later. */
async function typedKey(replaced: string | null, ask: Ask): Promise<Key | null> {
  const also = replaced === null ? "" : `, for that in ${replaced}`;
  const typed = await ask((how) =>
    password({
      ...how,
      message: `Your API key of OpenAI${also} (stays hidden; Enter: later)`,
      validate: (given) => (!given?.trim() || isKey(given) ? undefined : "That is no key."),
    }),
  );
  // What nobody typed is undefined.
  return typed?.trim() ? keyFrom(typed, "the keyboard") : null;
}

const askCap = (message: string, usual: string, ask: Ask): Promise<string> =>
  ask((how) =>
    text({
      ...how,
      message,
      placeholder: usual,
      defaultValue: usual,
      validate: (given) =>
        /^(\d{1,9}(\.\d{1,6})?|none)?$/.test(given?.trim() ?? "")
          ? undefined
          : "An amount such as 2.50, or none for no cap.",
    }),
  ).then((cap) => cap.trim());
