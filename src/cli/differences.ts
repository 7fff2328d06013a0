import type { Difference } from "../intake/deeds/difference.ts";
import { escapeText } from "./escape.ts";
import type { Terminal } from "./terminal.ts";
import { cut, widthOf } from "./width.ts";

/** What is known otherwise than before, a field a line: "issuer  SW GmbH → Stadtwerke". */
export function differenceLines(
  differences: readonly Difference[],
  { style, width }: Terminal,
): string[] {
  // That a quote no longer belongs to what a person said goes without saying.
  const told = differences.filter(({ field }) => field !== "evidence");
  const label = Math.max(0, ...told.map(({ field }) => widthOf(escapeText(field))));
  const room = Math.max(20, Math.floor((width - label - 10) / 2));
  return told.map(({ field, before, after }) => {
    const name = escapeText(field).padEnd(label);
    const [old, now] = [before, after].map((value) => cut(escapeText(shown(value)), room));
    return `    ${style("dim", name)}  ${style("red", old ?? "")} → ${style("green", now ?? "")}`;
  });
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.length === 0 ? "nothing" : value.map(entry).join(", ");
}

function entry(value: unknown): string {
  if (typeof value !== "object" || value === null) return shown(value);
  return Object.values(value).filter(Boolean).map(String).join(" ");
}
