import { fold, squeeze, wordsOf } from "./fold.ts";
import { numbersIn } from "./number.ts";
import { type Token, tokensOf } from "./token.ts";

/** A text, in each of the ways in which something is looked for in it. */
export interface Passage {
  readonly text: string;
  readonly folded: string;
  /** Its letters and digits alone, squeezed. */
  readonly letters: string;
  readonly words: ReadonlySet<string>;
  /** Every reading of every number in it, as `plainNumber` writes it. */
  readonly numbers: ReadonlySet<string>;
  readonly tokens: readonly Token[];
}

/** Looks at a text only as far as it is asked to, and once. */
export function passageOf(text: string, foldText = () => fold(text)): Passage {
  let folded: string | undefined;
  let letters: string | undefined;
  let words: ReadonlySet<string> | undefined;
  let numbers: ReadonlySet<string> | undefined;
  let tokens: readonly Token[] | undefined;
  return {
    text,
    get folded() {
      return (folded ??= foldText());
    },
    get letters() {
      return (letters ??= squeeze(this.folded));
    },
    get words() {
      return (words ??= new Set(wordsOf(this.folded)));
    },
    get numbers() {
      return (numbers ??= numbersIn(this.folded));
    },
    get tokens() {
      return (tokens ??= tokensOf(this.folded));
    },
  };
}
