import { type Cli, exit } from "./command.ts";

/** Does work that a stop cuts off; then it says what that means, and the command did not do what it was asked. */
export async function stoppable(
  { signal, terminal }: Pick<Cli, "signal" | "terminal">,
  meaning: string,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.note(`stopped; ${meaning}`);
    return exit.unwell;
  }
}
