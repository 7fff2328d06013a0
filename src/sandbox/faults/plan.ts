import { hash } from "node:crypto";
import type { Call } from "../exchange.ts";
import { matchPath } from "../routes.ts";
import { faultNamed, type NamedFault } from "./named.ts";

/** What is to go wrong: by chance, or by a script. */
export type Faults = Chance | readonly Step[];

/** Uploads, requests for responses and deletions fail, each with the same probability. */
export interface Chance {
  /** From 0 to 1. */
  readonly rate: number;
  /** One of these, as the help names them ("rate-limit", "slow:2000"). */
  readonly kinds: readonly string[];
  /** Equal seeds let the same requests fail in the same way; 1 by default. */
  readonly seed?: number;
}

/** What requests of one sort meet. */
export interface Step {
  /** Method and path, where `:id` stands for any: "DELETE /v1/files/:id". */
  readonly request: string;
  /** The first meets the first, and so on; "ok" is no fault. After the last all is well. */
  readonly kinds: readonly string[];
  /** Whether the last one goes on for ever instead. */
  readonly forever?: boolean | undefined;
}

/** Asked of each request in turn: the fault that it meets, or null. */
export type Plan = (call: Call) => NamedFault | null;

/** Makes a plan of what is to go wrong. Throws a RangeError with a sentence for what can't be meant. */
export function planFaults(faults: Faults | null): Plan {
  if (faults === null) return () => null;
  return "rate" in faults ? byChance(faults) : byScript(faults);
}

function byChance({ rate, kinds, seed = 1 }: Chance): Plan {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`a rate is from 0 to 1, not ${rate}`);
  if (kinds.length === 0) throw new RangeError("no kind of fault is named");
  const known = kinds.map(faultNamed);
  let number = 0;
  return (call) => {
    if (!isExposed(call)) return null;
    number += 1;
    const possible = known.filter(({ concerns }) => concerns(call));
    if (chance(`${seed} ${number} whether`) >= rate) return null;
    return possible[Math.floor(chance(`${seed} ${number} which`) * possible.length)] ?? null;
  };
}

/** What only looks is spared: it changes and costs nothing. */
function isExposed({ method, path }: Call): boolean {
  if (method === "DELETE") return true;
  return method === "POST" && (path === "/v1/files" || path === "/v1/responses");
}

/** A number from 0 to 1 that is always the same for a text. */
function chance(text: string): number {
  return hash("sha256", text, "buffer").readUInt32BE() / 2 ** 32;
}

function byScript(steps: readonly Step[]): Plan {
  const rows = steps.map(readStep);
  return (call) => {
    const met = rows.find((row) => row.isFor(call) && !row.isOver())?.next();
    return met?.concerns(call) ? met : null;
  };
}

function readStep({ request, kinds, forever = false }: Step) {
  const [, method, path = ""] = /^([A-Z]+) (\/v1\/\S+)$/.exec(request) ?? [];
  if (!method) throw new RangeError(`no request is called ${request}; one is POST /v1/responses`);
  if (kinds.length === 0) throw new RangeError(`no kind of fault is named for ${request}`);
  const named = kinds.map((kind) => (kind === "ok" ? null : faultNamed(kind)));
  let met = 0;
  return {
    isFor: (call: Call) => call.method === method && matchPath(path, call.path) !== null,
    isOver: () => met >= named.length && !forever,
    next: () => named[Math.min(met++, named.length - 1)] ?? null,
  };
}
