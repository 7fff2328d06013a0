import type { Command } from "./command.ts";

/** Every command below its heading, in the order of help; each is loaded only where it is asked for. */
export const headings = {
  "To begin": {
    demo: async () => (await import("./demo.ts")).demo,
    init: async () => (await import("./init.ts")).init,
    run: async () => (await import("./run.ts")).run,
    service: async () => (await import("./service.ts")).service,
    add: async () => (await import("./add.ts")).add,
  },
  "To steer": {
    pause: async () => (await import("./pause.ts")).pause,
    resume: async () => (await import("./pause.ts")).resume,
    reload: async () => (await import("./reload.ts")).reload,
  },
  "To look": {
    status: async () => (await import("./status.ts")).status,
    list: async () => (await import("./list.ts")).list,
    show: async () => (await import("./show.ts")).show,
    search: async () => (await import("./search.ts")).search,
    why: async () => (await import("./why.ts")).why,
    estimate: async () => (await import("./estimate.ts")).estimate,
    costs: async () => (await import("./costs.ts")).costs,
    history: async () => (await import("./history.ts")).history,
  },
  "To put right": {
    review: async () => (await import("./review.ts")).review,
    accept: async () => (await import("./accept.ts")).accept,
    edit: async () => (await import("./edit.ts")).edit,
    reject: async () => (await import("./reject.ts")).reject,
    rerun: async () => (await import("./rerun.ts")).rerun,
    retry: async () => (await import("./retry.ts")).retry,
    undo: async () => (await import("./undo.ts")).undo,
    forget: async () => (await import("./forget.ts")).forget,
    doctor: async () => (await import("./doctor.ts")).doctor,
    store: async () => (await import("./store.ts")).store,
  },
  "For other programs": {
    export: async () => (await import("./export.ts")).exportDocuments,
    import: async () => (await import("./import.ts")).importDocuments,
    config: async () => (await import("./config.ts")).config,
    sandbox: async () => (await import("./sandbox.ts")).sandbox,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, () => Promise<Command>>>>>;
