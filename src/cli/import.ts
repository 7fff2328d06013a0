import { createReadStream } from "node:fs";
import { addAbortSignal, Readable } from "node:stream";
import type { Config } from "../config/schema.ts";
import { type Imported, imported } from "../desk/orders.ts";
import { AutodError, reasonIn } from "../errors.ts";
import { order } from "../socket/ask.ts";
import { type Piece, pieces } from "../store/pieces.ts";
import { type Checked, checkRecords } from "../store/transfer.ts";
import { type Cli, type Command, exit, jsonOption, tell } from "./command.ts";
import { openOwnDesk } from "./desk.ts";
import { escapeText } from "./escape.ts";
import { stoppable } from "./stoppable.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export const importDocuments: Command = {
  usage: "import <file>",
  summary: "Take in what was exported as jsonl elsewhere",
  options: [jsonOption],
  example: "autod import documents.jsonl",

  async run(invocation) {
    const { args, cli } = invocation;
    const [file = "-"] = args;
    const config = await cli.config();
    return await stoppable(cli, "nothing was imported", async () => {
      // Before the store is held, or made.
      const checked = await checkRecords(piecesIn(file, cli));
      const report = (await takenIn(checked, config, cli)) ?? (await takeIn(checked, config));
      tell(invocation, report, (terminal) => sentences(report, terminal));
      return exit.done;
    });
  },
};

/** By the autod that is running; null where none is. */
async function takenIn(checked: Checked, { socket }: Config, { signal }: Cli) {
  const lines = checked.records.values().map((record) => `${JSON.stringify(record)}\n`);
  const body = Readable.from(lines);
  const report = await order(socket, { path: "/v1/import", body, shape: imported, signal });
  // What was dropped here is nothing that the other could tell.
  return report && { ...report, unknownFields: [...checked.unknownFields] };
}

async function takeIn(checked: Checked, config: Config): Promise<Imported> {
  await using desk = await openOwnDesk(config);
  return await desk.import(checked);
}

async function* piecesIn(file: string, { input, signal }: Cli): AsyncGenerator<Piece> {
  const isPipe = file === "-";
  const name = isPipe ? "stdin" : file;
  try {
    yield* pieces(
      isPipe ? addAbortSignal(signal, input) : createReadStream(file, { signal }),
      name,
    );
  } catch (cause) {
    if (!(cause instanceof Error) || !("syscall" in cause)) throw cause;
    const message = `${name} can't be read: ${reasonIn(cause)}`;
    throw new AutodError("ARGUMENT_INVALID", message, { cause });
  }
}

function sentences(report: Imported, { width, style }: Terminal): string[] {
  const { added, known, open, unknownFields, filesMissing } = report;
  const missing =
    filesMissing === 1 ? "1 file doesn't stand" : `${counted(filesMissing, "file")} don't stand`;
  const lines = [
    filesMissing > 0 ? `${missing} where the records say; import brings no files` : null,
    known > 0 ? `${documents(known)} known already, and left alone` : null,
    open.length > 0
      ? `${documents(open.length)} left out, for another autod is not done yet: ${named(open)}`
      : null,
    unknownFields.length > 0
      ? `fields left out that this autod doesn't know: ${named(unknownFields)}`
      : null,
  ].filter((line) => line !== null);
  const said = lines.flatMap((line) => wrap(escapeText(line), width, ""));
  return [style("bold", `${documents(added.length)} imported`), ...said];
}

const documents = (count: number): string => counted(count, "document");

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const named = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;
