import test from "ava";
import { array, assert, property, string } from "fast-check";
import { AutodError } from "../../src/errors.ts";
import {
  assignment,
  execLine,
  execWords,
  fillUnit,
  pathItem,
  valueIn,
  valuesIn,
} from "../../src/service/unit.ts";

const template = `# A comment
[Service]
ExecStart=/bin/true
# Which user
User=nobody
Load=one
Load=two
#Extra=not yet
Kept=as it is
`;

test("values take the place of others, and comments stay", (t) => {
  const values = { ExecStart: ["/bin/false"], Load: ["a", "b", "c"], Extra: ["now"], User: [] };
  t.is(
    fillUnit(template, values),
    `# A comment
[Service]
ExecStart=/bin/false
# Which user
Load=a
Load=b
Load=c
Extra=now
Kept=as it is
`,
  );
});

test("what has no value stays commented out", (t) => {
  t.is(fillUnit(template, { Extra: [] }), template);
});

test("a template that lacks a key isn't filled", (t) => {
  t.throws(() => fillUnit(template, { Missing: ["x"] }), { message: /Missing/ });
});

test("of a key all values are read, or the first", (t) => {
  t.deepEqual(valuesIn(template, "Load"), ["one", "two"]);
  t.is(valueIn(template, "Load"), "one");
  t.is(valueIn(template, "Extra"), undefined);
});

for (const [words, line] of [
  [["/usr/bin/node", "/a/main.ts", "run"], "/usr/bin/node /a/main.ts run"],
  [["/a b/node", "it's", ""], `"/a b/node" "it's" ""`],
  [["/$N/node", "$HOME", "100%", 'say "x" \\ ;'], `/$N/node $$HOME 100%% "say \\"x\\" \\\\ ;"`],
] as const) {
  test(`${line} starts what is meant`, (t) => {
    t.is(execLine(words), line);
  });
}

test("a command line is read as it was written, whatever its words are", (t) => {
  const word = string({ unit: "grapheme" }).filter((one) => !/\p{Cc}/v.test(one));
  assert(
    property(array(word), (words) => {
      const all = ["/node", ...words];
      t.deepEqual(execWords(execLine(all)), all);
    }),
  );
  t.pass();
});

for (const [path, item] of [
  ["/srv/autod", "-/srv/autod"],
  ["/srv/my autod", `"-/srv/my autod"`],
  [`/srv/it's "100%": $HOME`, `"-/srv/it\\'s \\"100%%\\": $HOME"`],
  ["/srv/a\\b", String.raw`-/srv/a\\b`],
] as const) {
  test(`${path} is one path of a list, also where it isn't there`, (t) => {
    t.is(pathItem(path), item);
  });
}

test("a variable keeps its value", (t) => {
  t.is(assignment("HOME", "/srv/a $b 100%"), `"HOME=/srv/a $b 100%%"`);
});

test("what would be a line of its own is refused", (t) => {
  const error = t.throws(() => execLine(["/bin/true", "a\nUser=root"]), { instanceOf: AutodError });
  t.is(error?.code, "ARGUMENT_INVALID");
  t.throws(() => pathItem("/a\nb"), { instanceOf: AutodError });
});
