import type { Command } from "./command.ts";

/** Every command, in the order in which help names them; each is loaded only where it is asked for. */
export const commands = {
  demo: async () => (await import("./demo.ts")).demo,
  run: async () => (await import("./run.ts")).run,
  status: async () => (await import("./status.ts")).status,
  list: async () => (await import("./list.ts")).list,
  show: async () => (await import("./show.ts")).show,
  why: async () => (await import("./why.ts")).why,
  costs: async () => (await import("./costs.ts")).costs,
  retry: async () => (await import("./retry.ts")).retry,
  forget: async () => (await import("./forget.ts")).forget,
  config: async () => (await import("./config.ts")).config,
  sandbox: async () => (await import("./sandbox.ts")).sandbox,
} as const satisfies Readonly<Record<string, () => Promise<Command>>>;
