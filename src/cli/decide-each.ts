import type { Decided, Deciding } from "../intake/deeds/decide.ts";
import type { DocumentRecord } from "../store/record.ts";
import { findByPrefix } from "../store/store.ts";
import { aboutEach } from "./about-each.ts";
import { exit, type Invocation, tell } from "./command.ts";
import { type Desk, openDesk } from "./desk.ts";
import { differenceLines } from "./differences.ts";
import type { Terminal } from "./terminal.ts";

/** What a command does with each document that is named. */
interface Doing {
  /** What the person does, as it is called in a sentence. */
  readonly deed: string;
  readonly event: Parameters<Desk["tell"]>[0];
  readonly act: (record: DocumentRecord, deciding: Deciding) => Promise<Decided>;
}

/** Does what a person decided about each document that is named, and tells what came of it. */
export async function decideEach(
  invocation: Invocation,
  { deed, event, act }: Doing,
): Promise<number> {
  const { args, cli } = invocation;
  await using desk = await openDesk(await cli.config(), deed);
  const { store, deciding } = desk;
  const chosen = new Set(args.map((id) => findByPrefix([...store.all()], id)));
  const all: Decided[] = [];
  // One after the other: two may be on their way to one name.
  for (const record of chosen) {
    const decided = await act(record, deciding);
    if (decided.verdict === "done") desk.tell(event, record, decided);
    all.push(decided);
  }
  tell(invocation, all, (terminal) => all.flatMap((one) => linesFor(one, terminal)));
  return all.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
}

/** What is no longer known of one that was given up says nothing. */
const linesFor = (decided: Decided, terminal: Terminal): string[] => [
  ...aboutEach([decided], terminal),
  ...(decided.status === "quarantined" ? [] : differenceLines(decided.differences, terminal)),
];
