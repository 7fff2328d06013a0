import { get_encoding, type Tiktoken } from "tiktoken";

/** Made when it is first needed: it takes 90 MB, and never gives them back. */
let encoding: Tiktoken | undefined;

/**
 * Tokens of a text in `o200k_base`, which OpenAI's models have used since GPT-4o; that newer ones do is an assumption.
 *
 * What looks like a control token ("<|endoftext|>") is counted as the text that it is.
 */
export function countTokens(text: string): number {
  encoding ??= get_encoding("o200k_base");
  let tokens = 0;
  for (const piece of piecesOf(text)) tokens += encoding.encode_ordinary(piece).length;
  return tokens;
}

/** Code points in a slice of an unbroken run. */
const SLICE = 256;

/**
 * The encoder's time grows with the square of an unbroken run of letters or spaces
 * (https://github.com/openai/tiktoken/issues/195): long ones are cut, which makes a difference of 0.1 % at most.
 */
function* piecesOf(text: string): Generator<string> {
  let from = 0;
  for (const { index, 0: run } of text.matchAll(/\S{512,}|\s{512,}/gu)) {
    if (index > from) yield text.slice(from, index);
    for (const [slice] of run.matchAll(new RegExp(`[^]{1,${SLICE}}`, "gu"))) yield slice;
    from = index + run.length;
  }
  if (from < text.length) yield text.slice(from);
}
