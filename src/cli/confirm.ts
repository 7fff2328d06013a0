import { confirm as ask, isCancel } from "@clack/prompts";
import type { Cli } from "./command.ts";

/** Asks a person; null where nobody is there to answer. What is broken off is a no. */
export async function confirm(
  message: string,
  { keyboard, terminal: { screen }, signal }: Pick<Cli, "keyboard" | "terminal" | "signal">,
): Promise<boolean | null> {
  if (!keyboard || !screen) return null;
  const how = { input: keyboard, output: screen, signal };
  const answer = await ask({ message, initialValue: false, ...how });
  return !isCancel(answer) && answer;
}
