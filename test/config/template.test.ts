import test from "ava";
import { templateFaults } from "../../src/config/template.ts";

const has = test.macro((t, template: string, ...faults: string[]) => {
  t.deepEqual(templateFaults(template, ["orderNumber"]), faults);
});

test("what is read is known", has, "{documentDate} {issuer} - {title} {totalAmount}");
test("parts of the date are known", has, "{year}/{month}/{day}");
test("the original name is known", has, "{originalName}");
test("own fields are known", has, "{orderNumber}");
test("a format is allowed", has, "{documentDate:yyyy-MM}");
test("a fallback is allowed", has, "{issuer|Unknown} {documentDate:yyyy|undated}");
test("spaces in braces are allowed", has, "{ issuer }");
test("no placeholder is allowed", has, "Documents");
test(
  "a mistyped name is found",
  has,
  "{isuer}",
  "unknown placeholder {isuer}; did you mean issuer?",
);
test(
  "every fault is found once",
  has,
  "{isuer} {isuer} {}",
  "unknown placeholder {isuer}; did you mean issuer?",
  "{} is no placeholder",
);
test("any field can be in a name, also one of several values", (t) => {
  t.deepEqual(templateFaults("{references} {actionItems} {tags} {reference}", []), []);
});

test("what is only there to be checked can't", (t) => {
  t.regex(templateFaults("{evidence}", [])[0] ?? "", /^unknown placeholder \{evidence\}/);
});

test("a format says how a date is written, or it is a mistake", (t) => {
  t.deepEqual(templateFaults("{documentDate:yyyy-MM} {dueDate:dd.MM.yy|open}", []), []);
  t.deepEqual(templateFaults("{documentDate:YYYY}", []), [
    "{documentDate:YYYY} has no yyyy, yy, MM or dd in its format",
  ]);
});
test("an open brace is found", has, "{issuer} {title", "a brace has no counterpart");
test("a closing brace is found", has, "issuer}", "a brace has no counterpart");
