/** What to look for: each entry is a word, or several that stand one after the other. */
export interface Query {
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
}

/**
 * Reads what a person typed: words, "several that belong together", and -those that must not be there. An
 * argument that has spaces and nothing else of this was quoted for the shell, and belongs together too.
 */
export function parseQuery(args: readonly string[]): Query {
  const parts = args.flatMap((arg) => (isPhrase(arg) ? [{ minus: "", text: arg }] : partsOf(arg)));
  const some = parts.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  const textsOf = (minus: string) => some.filter((one) => one.minus === minus).map(asTyped);
  return { wanted: textsOf(""), unwanted: textsOf("-") };
}

/** The query in FTS5's language: all of the wanted, each also as the beginning of a word, and none of the unwanted. */
export function matchOf({ wanted, unwanted }: Query): string {
  const all = wanted.map(either).join(" AND ");
  return unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.map(either).join(" OR ")})`;
}

/**
 * Whether a text may have all that is wanted, judged by its letters alone: fast, and never no where FTS5 finds it.
 */
export function mayHave({ wanted }: Query): (text: string) => boolean {
  const sought = wanted.map((one) => spellings(one).map(partsToFind));
  return (text) => {
    const letters = folded(text);
    return sought.every((any) =>
      any.some((parts) => parts.every((part) => letters.includes(part))),
    );
  };
}

/** Its words in Latin letters; of others FTS5 has rules of its own. */
const partsToFind = (spelling: string): string[] =>
  folded(spelling)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => /^[a-z0-9]+$/.test(word));

/** Without case and accents; most texts have none of these accents. */
const folded = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  (/^[\0-\x7f]*$/.test(text) ? text : text.normalize("NFD").replace(/\p{M}+/gu, "")).toLowerCase();

/** Chinese and Japanese put nothing between words: each sign becomes one, and several a phrase. */
export const spaced = (text: string): string => text.replace(BETWEEN_SIGNS, ZERO_WIDTH_SPACE);

/** What `spaced` put in is taken out. */
export const unspaced = (text: string): string => text.replaceAll(ZERO_WIDTH_SPACE, "");

const ZERO_WIDTH_SPACE = "\u{200b}";
const BETWEEN_SIGNS =
  /(?<=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])(?=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])/gu;

const isPhrase = (arg: string): boolean => /\s/.test(arg) && !/"|(^|\s)-/.test(arg);

const partsOf = (arg: string) =>
  [...arg.matchAll(/(?<minus>-?)(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/g)].map(({ groups }) => ({
    minus: groups?.["minus"] ?? "",
    text: groups?.["phrase"] ?? groups?.["word"] ?? "",
  }));

/** FTS5 would end at a NUL. */
const asTyped = ({ text }: { readonly text: string }): string =>
  text.replace(/\p{Cc}+/gu, " ").trim();

/** Any spelling of it. In quotes nothing is taken for FTS5's own language. */
function either(text: string): string {
  const quoted = spellings(text).map((one) => `"${spaced(one).replaceAll('"', '""')}" *`);
  return quoted.length === 1 ? quoted.join() : `(${quoted.join(" OR ")})`;
}

/** As typed, and as it may be written too; that "ü" is found as "u" the index sees to. */
function spellings(text: string): string[] {
  const typed = text.toLowerCase().normalize("NFC");
  const umlauts = [
    typed,
    typed.replace(/[äöü]/g, (letter) => umlaut[letter as keyof typeof umlaut]),
    typed.replace(/([aou])e/g, "$1"),
  ];
  const sharp = umlauts.flatMap((one) => [
    one,
    one.replaceAll("ß", "ss"),
    one.replaceAll("ss", "ß"),
  ]);
  return [...new Set([...sharp, asDate(typed), asAmount(typed)])];
}

const umlaut = { ä: "ae", ö: "oe", ü: "ue" } as const;

/** "15.1.2026" is kept as "2026-01-15", and "1.2026" as "2026-01". */
const asDate = (text: string): string =>
  text.replace(/^(?:(\d\d?)\.)?(\d\d?)\.(\d{4})$/, (_, day, month, year) =>
    [year, month, day]
      .filter(Boolean)
      .map((part) => part.padStart(2, "0"))
      .join("-"),
  );

/** "1.234,56" is kept as "1234.56". */
const asAmount = (text: string): string =>
  /^\d{1,3}([.,'’]\d{3})+([.,]\d\d?)?$/.test(text)
    ? text.replace(/[.,'’](?=\d{3})/g, "").replace(",", ".")
    : text;
