import { accept } from "../../../src/cli/accept.ts";
import type { Command, Invocation } from "../../../src/cli/command.ts";
import { edit } from "../../../src/cli/edit.ts";
import { reject } from "../../../src/cli/reject.ts";
import { rerun } from "../../../src/cli/rerun.ts";
import { retry } from "../../../src/cli/retry.ts";
import { undo } from "../../../src/cli/undo.ts";
import type { Decided } from "../../../src/intake/deeds/decide.ts";
import type { Undoing } from "../../../src/intake/undo.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import type { DocumentRecord } from "../../../src/store/record.ts";
import { endIn } from "../../cli/answer.ts";
import type { Home } from "../../helpers/home.ts";
import { homeAt, runOnce } from "../../helpers/run-once.ts";
import { openSandbox } from "../../helpers/sandbox.ts";

/** A home whose documents were read, and what a person does with them there. */
export interface Office extends AsyncDisposable {
  readonly home: Home;
  readonly sandbox: Sandbox;
  /** Saves documents in the inbox, and has them read. */
  readonly take: (documents: Documents) => Promise<void>;
  /** The record of the document that was saved so. */
  readonly of: (name: string) => Promise<DocumentRecord>;
  readonly edit: (name: string, ...changes: readonly string[]) => Promise<Decided>;
  readonly accept: (name: string) => Promise<Decided>;
  readonly reject: (name: string) => Promise<Decided>;
  readonly retry: (name: string) => Promise<void>;
  readonly undo: (name: string) => Promise<Undoing>;
  /** What a command says of all that it is told, as JSON, and how it ended. */
  readonly ask: (command: Command, options?: Options, ...args: readonly string[]) => Promise<Asked>;
  /** Reads a document once more; what it says, and how it ended. */
  readonly rerun: (name: string, options?: Options) => Promise<Asked>;
}

type Documents = Readonly<Record<string, Uint8Array | string>>;
type Options = Invocation["options"];

interface Asked {
  readonly code: number;
  /** Whatever the command tells of. */
  readonly facts: any;
}

/** Opens a home and its server; what is saved there is read before anything is decided. */
export async function openOffice(
  documents: Documents,
  settings: Readonly<Record<string, unknown>> = {},
  folder: Readonly<Record<string, unknown>> = {},
): Promise<Office> {
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.use(await openSandbox());
  const home = stack.use(await homeAt(sandbox, settings, folder));
  const env = { OPENAI_API_KEY: sandbox.key };

  const take = async (more: Documents) => {
    for (const [name, bytes] of Object.entries(more)) await home.drop(name, bytes);
    await runOnce(home, sandbox);
  };
  const of = async (name: string) => {
    const found = (await home.records()).find(({ source }) => source.name === name);
    if (!found) throw new Error(`no document was saved as ${name}`);
    return found;
  };
  const ask = async (command: Command, options: Options = {}, ...args: readonly string[]) => {
    const told = { ...options, json: true };
    const { code, lines } = await endIn(home, command, told, { args, env });
    return { code, facts: JSON.parse(lines.join("\n")) };
  };
  const about =
    (command: Command) =>
    async (name: string, ...words: readonly string[]) => {
      const { id } = await of(name);
      return (await ask(command, {}, id, ...words)).facts[0];
    };

  await take(documents);
  const opened = stack.move();
  return {
    home,
    sandbox,
    take,
    of,
    ask,
    edit: about(edit),
    accept: about(accept),
    reject: about(reject),
    retry: about(retry),
    undo: about(undo),
    rerun: async (name, options = {}) => ask(rerun, options, (await of(name)).id),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
