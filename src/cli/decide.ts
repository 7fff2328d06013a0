import type { Orders } from "../desk/orders.ts";
import type { Decided } from "../intake/deeds/decide.ts";
import { aboutEach } from "./about-each.ts";
import { exit, type Invocation, tell } from "./command.ts";
import { carryOut } from "./desk.ts";
import { differenceLines } from "./differences.ts";
import type { Terminal } from "./terminal.ts";

/** Has done what a person decided about documents, and tells what came of it. */
export async function decide<Name extends "accept" | "edit" | "reject">(
  invocation: Invocation,
  name: Name,
  order: Orders[Name],
): Promise<number> {
  const { cli } = invocation;
  const all: readonly Decided[] = await carryOut(name, order, await cli.config(), cli);
  tell(invocation, all, (terminal) => all.flatMap((one) => linesFor(one, terminal)));
  return all.some(({ verdict }) => verdict === "refused") ? exit.unwell : exit.done;
}

/** What is no longer known of one that was given up says nothing. */
const linesFor = (decided: Decided, terminal: Terminal): string[] => [
  ...aboutEach([decided], terminal),
  ...(decided.status === "quarantined" ? [] : differenceLines(decided.differences, terminal)),
];
