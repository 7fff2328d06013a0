/** What was found at a place of a text ("file.jsonl:17"): a value, or what is wrong with what stands there. */
export type Piece = { readonly place: string } & (
  | { readonly value: unknown }
  | { readonly fault: string }
);

/** The most that is held of a text, in bytes. */
interface Most {
  readonly line: number;
  readonly array: number;
}

const usual: Most = { line: 64_000_000, array: 256_000_000 };

/**
 * The JSON values in a text that is called `name`: one a line, or those of an array.
 *
 * No more of it is held than one line, but for an array, which can only be read as a whole.
 */
export async function* pieces(
  text: AsyncIterable<Buffer>,
  name: string,
  most: Most = usual,
): AsyncGenerator<Piece> {
  const array: Buffer[] = [];
  let isArray: boolean | undefined;
  let size = 0;
  for await (const { number, bytes } of linesOf(text, most.line)) {
    const place = `${name}:${number}`;
    const start = bytes?.toString("latin1", 0, 64) ?? "";
    if (bytes === null) {
      yield { place, fault: tooLong(most.line) };
    } else if (bytes.length > 64 || !blank.test(start)) {
      isArray ??= beginsArray.test(start);
      size += bytes.length;
      if (!isArray) yield parse(bytes, place);
      else if (size <= most.array) array.push(bytes);
    }
  }
  if (!isArray) return;
  if (size > most.array) yield { place: name, fault: tooLong(most.array) };
  else yield* elements(parse(Buffer.concat(array), name));
}

/** Lines end at a line feed alone. One that is too long has no bytes, and isn't held either. */
async function* linesOf(text: AsyncIterable<Buffer>, most: number) {
  let held: Buffer[] = [];
  let length = 0;
  let number = 0;
  const hold = (piece: Buffer) => {
    length += piece.length;
    if (length <= most) held.push(piece);
    else held = [];
  };
  const end = () => {
    const bytes = length > most ? null : Buffer.concat(held);
    held = [];
    length = 0;
    number += 1;
    return { number, bytes };
  };
  for await (const chunk of text) {
    let from = 0;
    for (let to = chunk.indexOf("\n"); to !== -1; to = chunk.indexOf("\n", from)) {
      hold(chunk.subarray(from, to));
      from = to + 1;
      yield end();
    }
    hold(chunk.subarray(from));
  }
  if (length > 0) yield end();
}

const tooLong = (most: number): string => `is longer than ${most / 1_000_000} MB`;

// A byte order mark may stand before it.
const blank = /^(?:\xef\xbb\xbf)?\s*$/;
const beginsArray = /^(?:\xef\xbb\xbf)?\s*\[/;

function parse(bytes: Buffer, place: string): Piece {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { place, value: JSON.parse(text) as unknown };
  } catch (error) {
    const fault = error instanceof SyntaxError ? `is no JSON: ${error.message}` : "is no UTF-8";
    return { place, fault };
  }
}

function* elements(whole: Piece): Generator<Piece> {
  if ("fault" in whole) yield whole;
  else {
    for (const [at, value] of (whole.value as readonly unknown[]).entries()) {
      yield { place: `${whole.place}, record ${at + 1}`, value };
    }
  }
}
