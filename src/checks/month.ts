import { fold } from "./fold.ts";

/** The months, 1 to 12, that a folded word names in any of the languages of Europe, in full or short. */
export const monthsOf = (word: string): ReadonlySet<number> | undefined =>
  (names ??= namesOfMonths()).get(word.replaceAll(".", ""));

let names: ReadonlyMap<string, ReadonlySet<number>> | undefined;

function namesOfMonths(): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const language of languages) {
    for (const length of ["long", "short"] as const) {
      // Beside a day many languages decline it.
      for (const beside of [{}, { day: "numeric" }] as const) {
        const format = new Intl.DateTimeFormat(language, {
          timeZone: "UTC",
          month: length,
          ...beside,
        });
        for (let month = 1; month <= 12; month++) {
          const parts = format.formatToParts(Date.UTC(2024, month - 1, 15));
          const name = fold(parts.find(({ type }) => type === "month")?.value ?? "");
          const word = name.replaceAll(".", "");
          if (!/^\p{L}{3,}$/u.test(word)) continue;
          found.set(word, (found.get(word) ?? new Set()).add(month));
        }
      }
    }
  }
  return found;
}

const languages = (
  "en en-GB de de-AT fr es it pt nl da sv nb fi is et lv lt pl cs sk hu sl hr bs sr mk bg ro sq el tr ru uk be " +
  "ga cy ca eu gl mt lb id ms"
).split(" ");
