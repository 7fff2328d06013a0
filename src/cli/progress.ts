import { styleText } from "node:util";
import { type Options, SingleBar } from "cli-progress";

/** How far something long has come; disposing takes the bar off the screen. */
export interface Progress extends Disposable {
  readonly tick: () => void;
  /** Lets something be printed above the bar. */
  readonly above: (print: () => void) => void;
}

/** Shows on a screen how many of `total` are done: "━━━━────  5 of 12 copied". Without a screen nothing is shown. */
export function showProgress(
  screen: NodeJS.WriteStream | null,
  total: number,
  done: string,
): Progress {
  if (screen === null) {
    return { tick: () => undefined, above: (print) => print(), [Symbol.dispose]: () => undefined };
  }
  const bar = new SingleBar(optionsFor(screen, done));
  let ticks = 0;
  const show = () => bar.start(total, ticks);
  show();
  return {
    tick() {
      ticks += 1;
      bar.update(ticks);
    },
    above(print) {
      bar.stop();
      print();
      show();
    },
    [Symbol.dispose]: () => bar.stop(),
  };
}

/** The terminal is left as it is (cursor, wrapping): whoever is stopped hard can't set it right again. */
const optionsFor = (screen: NodeJS.WriteStream, done: string): Options => ({
  stream: screen,
  clearOnComplete: true,
  hideCursor: false,
  linewrap: true,
  format: (_, { progress, value, total, maxWidth }) => {
    const count = `  ${value} of ${total} ${done}`;
    const size = Math.min(LONGEST, maxWidth - count.length - COLOURS);
    if (size < SHORTEST) return count.trim();
    const full = Math.round(progress * size);
    const paint = (style: "green" | "dim", text: string) =>
      styleText(style, text, { stream: screen });
    return paint("green", "━".repeat(full)) + paint("dim", "─".repeat(size - full)) + count;
  },
});

const [SHORTEST, LONGEST] = [5, 40];
/** What colours take of the characters of a line, though nothing of its width. */
const COLOURS = 20;
