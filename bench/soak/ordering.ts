import type { DocumentRecord } from "../../src/store/record.ts";
import type { Home } from "../../test/helpers/home.ts";
import type { Book } from "./book.ts";
import type { Command } from "./command.ts";
import type { Dice } from "./dice.ts";

/** What people have done with documents, beside a running autod. */
export interface Ordering {
  readonly undo: (dice: Dice) => Promise<void>;
  readonly retry: (dice: Dice) => Promise<void>;
  readonly edit: (dice: Dice) => Promise<void>;
  readonly forget: (dice: Dice) => Promise<void>;
  /** Only looks. */
  readonly look: (dice: Dice) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
}

export function openOrdering(home: Home, { run, glance }: Command, book: Book): Ordering {
  const oneOf = async (dice: Dice, ...among: readonly DocumentRecord["status"][]) =>
    dice.oneOf((await home.records()).filter(({ status }) => among.includes(status)));

  return {
    async undo(dice) {
      const one = await oneOf(dice, "archived");
      if (one) await run("undo", one.id);
    },

    async retry(dice) {
      const one = await oneOf(dice, "undone", "undone", "quarantined", "waiting");
      if (one) await run("retry", one.id);
    },

    async edit(dice) {
      const one = await oneOf(dice, "archived", "quarantined");
      const word = `${dice.below(100)}`;
      if (one) await run("edit", one.id, `title=Changed ${word}`, `issuer=Nordlicht ${word}`);
    },

    async forget(dice) {
      const one = await oneOf(dice, "archived", "quarantined");
      if (one && (await run("forget", one.id, "--yes")) === 0) book.forgot(one.sha256);
    },

    async look(dice) {
      const one = dice.oneOf(await home.records());
      const looks: readonly (readonly string[])[] = [
        ["list"],
        ["status"],
        ["history"],
        ["costs", "--by", "day"],
        ["search", "Nordlicht"],
        ["show", one?.id ?? ""],
        ["why", one?.filedAs ?? home.configFile],
      ];
      if (dice.chance() < 0.2) return await glance(1_000, "status", "--follow");
      const words = dice.oneOf(looks) ?? [];
      if (!words.includes("")) await run(...words);
    },

    pause: async () => void (await run("pause")),
    resume: async () => void (await run("resume")),
  };
}
