import type { Call } from "../exchange.ts";
import type { Fault } from "./fault.ts";
import { faultKinds } from "./kinds.ts";

/** A fault as it was named: "slow:2000". */
export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
  /** Whether a request can meet it; others are left alone. */
  readonly concerns: (call: Call) => boolean;
}

/** The fault of a name. Throws a RangeError with a sentence for one that there isn't. */
export function faultNamed(name: string): NamedFault {
  const [, kindName = "", said] = /^([^:]*)(?::(.*))?$/su.exec(name) ?? [];
  const kind = Object.hasOwn(faultKinds, kindName) ? faultKinds[kindName] : undefined;
  if (!kind) {
    const known = Object.keys(faultKinds).join(", ");
    throw new RangeError(`unknown kind of fault: ${kindName}; known: ${known}`);
  }
  const { takes, asksOnly } = kind;
  if (said !== undefined && !takes?.form.test(said)) {
    const right = takes ? `such as ${kindName}:${takes.usual}` : `just ${kindName}`;
    throw new RangeError(`a fault can't be called ${name}; it is ${right}`);
  }
  return {
    name,
    fault: kind.fault(said ?? takes?.usual ?? ""),
    concerns: ({ method, path }) => !asksOnly || (method === "POST" && path === "/v1/responses"),
  };
}
