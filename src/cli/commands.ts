import type { Command } from "./command.ts";

/** Every command, in the order in which help names them; each is loaded only where it is asked for. */
export const commands = {
  demo: async () => (await import("./demo.ts")).demo,
  init: async () => (await import("./init.ts")).init,
  run: async () => (await import("./run.ts")).run,
  add: async () => (await import("./add.ts")).add,
  status: async () => (await import("./status.ts")).status,
  list: async () => (await import("./list.ts")).list,
  show: async () => (await import("./show.ts")).show,
  search: async () => (await import("./search.ts")).search,
  why: async () => (await import("./why.ts")).why,
  costs: async () => (await import("./costs.ts")).costs,
  retry: async () => (await import("./retry.ts")).retry,
  undo: async () => (await import("./undo.ts")).undo,
  history: async () => (await import("./history.ts")).history,
  forget: async () => (await import("./forget.ts")).forget,
  export: async () => (await import("./export.ts")).exportDocuments,
  import: async () => (await import("./import.ts")).importDocuments,
  config: async () => (await import("./config.ts")).config,
  sandbox: async () => (await import("./sandbox.ts")).sandbox,
} as const satisfies Readonly<Record<string, () => Promise<Command>>>;
