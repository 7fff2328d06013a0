import { basename } from "node:path";
import { textOfBytes } from "../../src/pdf/bytes.ts";
import { startInspector } from "../../src/pdf/inspector.ts";
import type { Faults } from "../../src/sandbox/faults/plan.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { DocumentRecord } from "../../src/store/record.ts";
import { autod } from "../helpers/cli.ts";
import { filesBelow, type Home } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { homeAt, runOnce } from "../helpers/run-once.ts";
import { answered, lost, type Rest, unsound } from "./sound.ts";

/** A way that a document goes, which can be broken off at any point. */
export interface Scenario {
  readonly name: string;
  /** Gets everything ready; gives the command that is to be broken off. */
  readonly begin: (stage: Stage) => Promise<readonly string[]>;
  /** What a person does after it, while nothing goes wrong any more. */
  readonly heal: (stage: Stage) => Promise<void>;
  readonly rest: (bytes: Uint8Array) => Rest;
  /** How often it is paid for if nothing dies: a refusal costs as well. */
  readonly bills: number;
  /** How often the model may have answered; once, if not told. */
  readonly answers?: number;
}

/** A home with its server, for one scenario once. */
export interface Stage extends AsyncDisposable {
  readonly home: Home;
  readonly sandbox: Sandbox;
  readonly bytes: Uint8Array;
}

/** Reads PDFs, each once; disposing ends it. */
export interface Reader extends AsyncDisposable {
  readonly read: (bytes: Uint8Array) => Promise<readonly string[]>;
}

/** Opens a reader that many servers share. */
export function openReader(): Reader {
  const inspector = startInspector();
  const known = new Map<string, Promise<readonly string[]>>();
  return {
    async read(bytes: Uint8Array): Promise<readonly string[]> {
      const key = Buffer.from(bytes).toString("latin1");
      const pages = known.get(key) ?? textOfBytes(inspector)(bytes);
      known.set(key, pages);
      return await pages;
    },
    [Symbol.asyncDispose]: () => inspector[Symbol.asyncDispose](),
  };
}

/** Opens a home with a server of its own. */
export async function openStage({ read }: Reader): Promise<Stage> {
  const bytes = await invoice("RE-7");
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.use(await startSandbox({ readText: read }));
  const home = stack.use(await homeAt(sandbox, {}, { settle: "0ms" }));
  const opened = stack.move();
  return { home, sandbox, bytes, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Says what isn't as it must be after what was broken off was carried on. */
export async function faultsAfter(scenario: Scenario, stage: Stage): Promise<string[]> {
  try {
    const gone = await lost(stage.home, [stage.bytes]);
    if (gone.length > 0) return gone;
    await scenario.heal(stage);
    const rest = scenario.rest(stage.bytes);
    const paid = answered(await stage.home.records());
    return [
      ...(await unsound(stage.home, stage.sandbox, rest)),
      ...(paid.every((times) => times <= (scenario.answers ?? 1))
        ? []
        : [`answered ${paid.join(", ")} times`]),
    ];
  } catch (error) {
    return [`after it: ${String(error)}`];
  }
}

const drop = async ({ home, bytes }: Stage, name = "scan.pdf") => {
  await home.drop(name, bytes);
  return ["run", "--once"] as const;
};

const refuse: Faults = [{ request: "POST /v1/responses", kinds: ["refusal"], forever: true }];

/** Starts again, and takes up what waits: some of it until a time to come. */
async function restart({ home, sandbox }: Stage): Promise<void> {
  await runOnce(home, sandbox);
  const isWaiting = (await home.records()).some(({ status }) => status === "waiting");
  if (!isWaiting) return;
  await autod(["retry", "--all", "--config", home.configFile]);
  await runOnce(home, sandbox);
}

async function act({ home }: Stage, command: string, ...words: string[]): Promise<void> {
  const [record] = await home.records();
  if (record) await autod([command, record.id, ...words, "--config", home.configFile]);
}

/** Has it filed; gives its record. */
async function filed(stage: Stage): Promise<DocumentRecord | undefined> {
  await drop(stage);
  await runOnce(stage.home, stage.sandbox);
  return (await stage.home.records())[0];
}

/** Has it quarantined, for the model refuses it. */
async function refused(stage: Stage): Promise<DocumentRecord | undefined> {
  stage.sandbox.setFaults(refuse);
  const record = await filed(stage);
  stage.sandbox.setFaults(null);
  return record;
}

const correction = ["issuer=Corrected", "title=Put right"];

const statusIn = async ({ home }: Stage) => (await home.records())[0]?.status;

const archiving: Scenario = {
  name: "on its way into the archive",
  begin: drop,
  heal: restart,
  rest: (bytes) => ({ records: ["archived"], copies: [[bytes, "Archive"]] }),
  bills: 1,
};

/** Every way, by name. */
export const scenarios = {
  archiving,

  quarantine: {
    name: "on its way into quarantine",
    async begin(stage) {
      stage.sandbox.setFaults(refuse);
      return await drop(stage);
    },
    heal: restart,
    rest: (bytes) => ({ records: ["quarantined"], copies: [[bytes, "Quarantine"]] }),
    bills: 1,
  },

  duplicate: {
    name: "as a duplicate on its way to the others",
    async begin(stage) {
      await drop(stage);
      await runOnce(stage.home, stage.sandbox);
      return await drop(stage, "again.pdf");
    },
    heal: restart,
    rest: (bytes) => ({
      records: ["archived"],
      copies: [
        [bytes, "Archive"],
        [bytes, "Archive/_duplicates"],
      ],
    }),
    bills: 1,
  },

  undo: {
    name: "on its way back from the archive",
    async begin(stage) {
      const record = await filed(stage);
      return ["undo", record?.id ?? ""];
    },
    async heal(stage) {
      await restart(stage);
      if ((await statusIn(stage)) === "archived") await act(stage, "undo");
      await runOnce(stage.home, stage.sandbox);
    },
    rest: (bytes) => ({ records: ["undone"], copies: [[bytes, "Inbox"]] }),
    bills: 1,
  },

  edit: {
    name: "on its way to another name",
    async begin(stage) {
      const record = await filed(stage);
      return ["edit", record?.id ?? "", ...correction];
    },
    async heal(stage) {
      await restart(stage);
      const [record] = await stage.home.records();
      if (record?.extraction?.issuer !== "Corrected") await act(stage, "edit", ...correction);
      const [edited] = await stage.home.records();
      const name = basename(edited?.filedAs ?? "");
      if (!name.includes("Corrected")) throw new Error(`it is filed as ${name}`);
      const edits = edited?.history.filter(({ by }) => by === "edit") ?? [];
      if (edits.length !== 1) throw new Error(`it was edited ${edits.length} times`);
    },
    rest: (bytes) => ({ records: ["archived"], copies: [[bytes, "Archive"]] }),
    bills: 1,
  },

  byHand: {
    name: "on its way out of quarantine by hand",
    async begin(stage) {
      const record = await refused(stage);
      return ["edit", record?.id ?? "", ...correction];
    },
    async heal(stage) {
      await restart(stage);
      if ((await statusIn(stage)) === "quarantined") await act(stage, "edit", ...correction);
      const left = await filesBelow(stage.home.folder, "Quarantine");
      if (left.length > 0) throw new Error(`left in quarantine: ${left.join(", ")}`);
    },
    rest: (bytes) => ({ records: ["archived"], copies: [[bytes, "Archive"]] }),
    bills: 1,
  },

  rerun: {
    name: "while it is read once more",
    async begin(stage) {
      const record = await filed(stage);
      return ["rerun", record?.id ?? "", "--yes", "--apply"];
    },
    async heal(stage) {
      await restart(stage);
      const [record] = await stage.home.records();
      const isApplied = record?.history.some(({ by }) => by === "rerun");
      if (!isApplied) {
        const env = { OPENAI_API_KEY: stage.sandbox.key };
        const words = ["rerun", record?.id ?? "", "--yes", "--apply"];
        await autod([...words, "--config", stage.home.configFile], env);
      }
      const [read] = await stage.home.records();
      if (!read?.history.some(({ by }) => by === "rerun")) throw new Error("it is not applied");
      if (read.work !== null) throw new Error(`it is in work: ${JSON.stringify(read.work)}`);
    },
    rest: (bytes) => ({ records: ["archived"], copies: [[bytes, "Archive"]] }),
    bills: 2,
    answers: 2,
  },

  retry: {
    name: "on its way out of quarantine",
    async begin(stage) {
      const record = await refused(stage);
      return ["retry", record?.id ?? ""];
    },
    async heal(stage) {
      await restart(stage);
      if ((await statusIn(stage)) !== "quarantined") return;
      await act(stage, "retry");
      await restart(stage);
    },
    rest: (bytes) => ({ records: ["archived"], copies: [[bytes, "Archive"]] }),
    bills: 2,
  },
} as const satisfies Readonly<Record<string, Scenario>>;
