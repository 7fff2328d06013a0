import test from "ava";
import { longestPatience, patienceFor } from "../../src/openai/patience.ts";
import { profileWith } from "./asking.ts";

const minutes = 60_000;
const usual = profileWith().settings;
const flex = profileWith({ serviceTier: "flex" }).settings;

test("an answer may take as long as is configured", (t) => {
  t.is(patienceFor(usual, 10 * minutes), 10 * minutes);
});

test("at half price it may take a quarter of an hour at least", (t) => {
  t.is(patienceFor(flex, 10 * minutes), 15 * minutes);
  t.is(patienceFor(flex, 30 * minutes), 30 * minutes);
});

test("a line stays open as long as the most patient of its own profiles waits", (t) => {
  const elsewhere = { ...flex, server: "other" };
  t.is(longestPatience("openai", { default: usual, elsewhere }, minutes), minutes);
  t.is(longestPatience("openai", { default: usual, flex }, minutes), 15 * minutes);
  t.is(longestPatience("unused", { default: flex }, minutes), minutes);
});
