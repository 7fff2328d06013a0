import { readdirSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import test from "ava";
import stringWidth from "string-width";
import { draw } from "../../docs/drawing.ts";

const pictures = new URL("../../docs/terminal/", import.meta.url);
const all = "costs demo doctor error estimate list rerun review search show status why";
const names = all.split(" ");
const read = (file: string) => readFileSync(new URL(file, pictures), "utf8");

test("of each command there is a picture with colours, and the same without", (t) => {
  const files = names.flatMap((name) => [`${name}.ansi`, `${name}.txt`]);
  t.deepEqual(readdirSync(pictures).toSorted(), [...files, "demo.svg"].toSorted());
  for (const name of names) {
    const [coloured, plain] = [read(`${name}.ansi`), read(`${name}.txt`)];
    t.true(coloured.includes("\u001b["), name);
    t.is(stripVTControlCharacters(coloured), plain, name);
  }
});

test("what the demo prints is drawn as it is", (t) => {
  const drawing = read("demo.svg");
  t.is(drawing, draw(read("demo.ansi")));
  const words = [...drawing.matchAll(/>([^<\n]+)<\/text>/g)].map(([, word = ""]) => word);
  const drawn = words.join("").replaceAll("&amp;", "&").replaceAll(/\s/g, "");
  t.is(drawn, read("demo.txt").replaceAll(/\s/g, ""));
});

test("a picture fits into 80 columns, but where a path or a hash stands whole", (t) => {
  for (const name of names) {
    const lines = read(`${name}.txt`).split("\n");
    const wide = lines.filter((line) => stringWidth(line) > 80 && !line.includes("/home/jane/"));
    t.deepEqual(wide, [], name);
  }
});

test("a picture tells of nobody's machine but Jane Doe's", (t) => {
  for (const name of names) t.notRegex(read(`${name}.ansi`), /\/(?:tmp|root|Users)\//, name);
});
