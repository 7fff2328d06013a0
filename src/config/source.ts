import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { Fault } from "./fault.ts";
import { decimal } from "./units.ts";

/** What a YAML text says, and where it says it. */
export interface Source {
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Whether `value` is what was meant; not so after a syntax error. */
  readonly readable: boolean;
  /** The line of the setting at a path, or of the nearest one around it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** Reads a YAML text. Numbers that a double can't hold stay the text they are. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, logLevel: "error" } as const;
  const document = parseDocument(text, options);
  keepDigits(document);
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);

  const lineOf = (path: readonly PropertyKey[]) => lineAt(offsetOf(document, path));
  const faults = new Map<number, Fault>();
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const line = lineAt(pos[0]);
    const twice = code === "DUPLICATE_KEY" ? `${keyAt(text, pos[0])}: stands there twice` : message;
    // what follows the first error on a line mostly follows from it
    if (!faults.has(line)) faults.set(line, { line, text: twice });
  }
  const found = [...faults.values()];
  if (document.errors.some(({ code }) => code !== "DUPLICATE_KEY")) {
    return { value: undefined, faults: found, readable: false, lineOf };
  }
  try {
    const value: unknown = document.toJS();
    return { value, faults: found, readable: true, lineOf };
  } catch (error) {
    // an alias of nothing, or so many that they would fill the memory
    const reason = error instanceof Error ? error.message : String(error);
    return { value: undefined, faults: [{ line: 1, text: reason }], readable: false, lineOf };
  }
}

const keyAt = (text: string, offset: number) =>
  /^("[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(text.slice(offset))?.[0].trim() ?? "";

function keepDigits(document: Document): void {
  visit(document, {
    Scalar(role, node) {
      if (typeof node.value !== "number" || node.source === undefined) return;
      const exact = decimal(node.source);
      if (role === "key") node.value = node.source;
      else if (exact !== undefined && exact !== decimal(String(node.value))) node.value = exact;
    },
  });
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const key of path) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(target)) {
      const pair = target.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === key,
      );
      if (!pair) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(target)) {
      node = target.items[Number(key)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
