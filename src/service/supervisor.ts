import { z } from "zod";
import type { Config } from "../config/schema.ts";
import type { Program } from "./program.ts";

/** How a service stands, as its manager tells. */
export const standing = z.object({
  active: z.enum(["active", "starting", "stopping", "failed", "inactive"]),
  /** Whether it is started by itself, with the machine or the session. */
  enabled: z.boolean(),
  since: z.iso.datetime().nullable().describe("Since when it is so; null where nobody says."),
  pid: z.int().nullable(),
  restarts: z.int().nullable().describe("How often the manager started it again by itself."),
  ended: z.string().nullable().describe("How it ended last; null where it didn't, or nobody says."),
  says: z.string().nullable().describe("What it told its manager last."),
});

export type Standing = z.infer<typeof standing>;

/** What is to be run, and as whom. */
export interface Plan {
  readonly program: Program;
  readonly config: Pick<Config, "file" | "folders" | "dataDir" | "logs">;
  /** The user of a service of the system. */
  readonly user: string;
  /** Its variables, as a unit has them. */
  readonly environment: readonly string[];
  /** The servers whose keys a service of the system is handed by its manager. */
  readonly credentials: readonly string[];
}

/** What starts autod and keeps it running; every call throws SERVICE_REFUSED where the manager refuses it. */
export interface Supervisor {
  readonly kind: "systemd" | "launchd";
  /** Whether it is the system's, and not the user's own. */
  readonly isSystem: boolean;
  /** Where it is told what to start. */
  readonly file: string;
  /** What has to stand there. */
  readonly compose: (plan: Plan) => Promise<string>;
  /** The words of the command that such a text starts; none where it is no such text. */
  readonly commandIn: (text: string) => readonly string[];
  /** Takes in what the file says now, so that it is started by itself from then on. */
  readonly adopt: () => Promise<void>;
  /** Lets go of it; the file can be removed then. */
  readonly release: () => Promise<void>;
  /** To be told once the file is gone. */
  readonly forget: () => Promise<void>;
  /** Resolves when it is up, or the manager gave up. */
  readonly start: () => Promise<void>;
  /** The same with what the file says now, where it runs already. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly standing: () => Promise<Standing>;
  /** Whether it outlives the user's session; null where that is no question, or nobody says. */
  readonly lingers: () => Promise<boolean | null>;
  /** The program that prints what it said last, and goes on with `follow`. */
  readonly logs: (count: number, follow: boolean) => Promise<CommandLine>;
  /** The program that prints what it said last where it didn't come up. */
  readonly complaints: (count: number) => CommandLine;
}

export type CommandLine = readonly [program: string, ...args: string[]];

/** The words after Node's and autod's own. */
export const runWords = ({ config }: Pick<Plan, "config">): string[] => [
  "run",
  "--config",
  config.file,
];
