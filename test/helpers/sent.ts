import type { Sandbox, SandboxRequest } from "../../src/sandbox/sandbox.ts";

/** The requests that change or cost something: to look what lies at a server does neither. */
export const sent = (sandbox: Pick<Sandbox, "requests">): readonly SandboxRequest[] =>
  sandbox.requests().filter(({ method }) => method !== "GET");
