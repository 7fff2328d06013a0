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
test("a list of objects can't be a name", (t) => {
  t.regex(templateFaults("{references}", [])[0] ?? "", /^unknown placeholder \{references\}/);
});
test("an open brace is found", has, "{issuer} {title", "a brace has no counterpart");
test("a closing brace is found", has, "issuer}", "a brace has no counterpart");
