import { fold, wordsOf } from "./fold.ts";
import type { Passage } from "./passage.ts";

/** Whether two names are one person's or firm's: words alike, in any order, without titles and legal forms. */
export function isSamePerson(one: string, other: string): boolean {
  const [mine, theirs] = [one, other].map((name) => {
    const untitled = without(titles, wordsOf(fold(beginning(name))));
    return without(legalForms, untitled).toSorted().join(" ");
  });
  return mine !== "" && mine === theirs;
}

/** What of a name stands in a text: all of its words, some of them or none. */
export function standsIn(name: string, passage: Passage): "all" | "some" | "none" {
  const all = wordsOf(fold(beginning(name)));
  const telling = tellingWords(all);
  if (telling.length === 0) return passage.letters.includes(all.join("")) ? "all" : "none";
  const found = telling.filter((word) => hasWord(word, passage));
  if (found.length === telling.length) return "all";
  const isThere = found.length > 0 || isJoined(all, passage) || isForeign(telling, passage);
  return isThere ? "some" : "none";
}

/** Whether a folded word stands in a text; a longer one also inside others, for letters may be set apart there. */
export function hasWord(word: string, { letters, words }: Passage): boolean {
  if (unparted.test(word)) return pairsOf(word).some((pair) => letters.includes(pair));
  return word.length > 3 ? letters.includes(word) : words.has(word);
}

/** The words of a name by which it is told from others: no legal form, no common word and no single letter. */
function tellingWords(all: readonly string[]): string[] {
  const words = without(legalForms, without(common, all))
    .map((word) => word.replace(easternForms, ""))
    .filter((word) => word.length > 1);
  return [...new Set(words)];
}

/** "E.ON SE" is at home at eon.de. */
function isJoined(all: readonly string[], { words }: Passage): boolean {
  const joined = without(legalForms, all).join("");
  return words.values().some((word) => word.startsWith(joined));
}

/** A text in another alphabet may spell a name in its own way. */
function isForeign(words: readonly string[], { letters }: Passage): boolean {
  if (!words.every((word) => /^[\p{sc=Latin}\d]+$/u.test(word))) return false;
  const latin = letters.match(/\p{sc=Latin}/gu)?.length ?? 0;
  const all = letters.match(/\p{L}/gu)?.length ?? 0;
  return latin * 2 < all;
}

/** Scripts that put nothing between words: any two signs that follow each other will do. */
const unparted =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

function pairsOf(word: string): string[] {
  const signs = Array.from(word);
  if (signs.length < 2) return [word];
  return signs.slice(1).map((sign, at) => `${signs[at]}${sign}`);
}

const beginning = (name: string): string => name.slice(0, MAX_NAME);

/** Longer ones are no names. */
const MAX_NAME = 200;

/** All of the words, if nothing else would be left. */
function without(unwanted: ReadonlySet<string>, words: readonly string[]): readonly string[] {
  const left = words.filter((word) => !unwanted.has(word));
  return left.length > 0 ? left : words;
}

const folded = (words: string): ReadonlySet<string> => new Set(fold(words).split(" "));

const titles = folded(
  "mr mrs ms miss mx sir dr prof professor doctor herr herrn frau familie family fam m mm mme mlle madame " +
    "monsieur mademoiselle famille sr sra srta señor señora dott signor signora sig dhr mevr mw pan pani",
);

const legalForms = folded(
  "gmbh mbh ggmbh ag kg kgaa ohg gbr ug se eg ev vvag co cie company ltd limited llc llp lp plc inc " +
    "incorporated corp corporation sa sarl sas sasu eurl sci snc bv nv cv vof spa srl srls sl slu ab as asa " +
    "aps oy oyj kft zrt nyrt bt sp zo oo zoo sro doo dd ood ead eood pty pte sdn bhd kk gk lda ltda " +
    "haftungsbeschränkt ооо оао зао пао ип тов ае επε",
);

const common = folded(
  "the of and for und der die das des dem den für von vom zu zur im am et le la les du de au aux en un une el " +
    "los las y del do da dos das e di il lo gli dei della het een van ter te og och i",
);

const easternForms = /株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사/u;
