import stringWidth from "string-width";

/** Pixels of a character and of a line; in fonts of equal width a character is about 0.6 of its size. */
const size = 14;
const step = { across: 8.4, down: 19 };
const margin = 20;

/** On the drawing's own ground, so that it can be read on a light page as well as on a dark one. */
const ground = "#1b1f24";
const usual = "#e6edf3";
const dimmed = "#8b949e";
const colours: Readonly<Record<string, string>> = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "34": "#79c0ff",
  "36": "#76e3ea",
};

interface Style {
  readonly colour: string | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

/** Draws what a terminal showed, colours and all, as an SVG; of other controls than colours it knows none. */
export function draw(shown: string): string {
  const lines = shown.trimEnd().split("\n");
  const texts: string[] = [];
  let style: Style = { colour: null, isBold: false, isDim: false };
  let widest = 0;
  for (const [row, line] of lines.entries()) {
    let column = 0;
    for (const [index, part] of line.split("\u001b[").entries()) {
      const [, code = "", text = ""] =
        index === 0 ? ["", "", part] : (/^(\d+)m(.*)$/.exec(part) ?? []);
      if (code) style = after(style, code);
      texts.push(...words(text, column, row, style));
      column += stringWidth(text);
    }
    widest = Math.max(widest, column);
  }
  const [width, height] = [widest * step.across, lines.length * step.down].map((length) =>
    Math.ceil(length + 2 * margin),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${size}">
<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>
${texts.join("\n")}
</svg>
`;
}

function after(style: Style, code: string): Style {
  if (code === "1") return { ...style, isBold: true };
  if (code === "2") return { ...style, isDim: true };
  if (code === "22") return { ...style, isBold: false, isDim: false };
  if (code === "39") return { ...style, colour: null };
  return { ...style, colour: colours[code] ?? null };
}

/** What stands together, each where its column is: fonts differ, and a drawing has no tabs. */
const words = (text: string, column: number, row: number, style: Style): readonly string[] =>
  [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: word, index }) => {
    const x = margin + (column + stringWidth(text.slice(0, index))) * step.across;
    const y = margin + row * step.down + size;
    const length = stringWidth(word) * step.across;
    const fill = style.colour ?? (style.isDim ? dimmed : usual);
    const weight = style.isBold ? ' font-weight="bold"' : "";
    return `<text x="${x.toFixed(1)}" y="${y}" textLength="${length.toFixed(1)}" fill="${fill}"${weight}>${escapeXml(word)}</text>`;
  });

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
