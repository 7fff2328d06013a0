import { type Finding, warning, well } from "../intake/finding.ts";

/** Whether the Node that runs is one that autod is made for: `wanted` is such as ">=24.15". */
export function checkNode(version: string, wanted: string): Finding {
  const least = numbersIn(wanted);
  const isOld = compare(numbersIn(version), least) < 0;
  const name = `Node ${version.replace(/^v/, "")}`;
  if (!isOld) return well("node", name);
  const hint = `Install Node ${least.join(".")} or newer.`;
  return warning("node", `${name} is older than what autod is made for (${wanted})`, hint);
}

const numbersIn = (version: string): readonly number[] =>
  [...version.matchAll(/\d+/g)].map(([digits]) => Number(digits));

/** The first number that differs decides. */
const compare = (one: readonly number[], other: readonly number[]): number =>
  other.map((number, at) => (one[at] ?? 0) - number).find((difference) => difference !== 0) ?? 0;
