import { z } from "zod";
import { defaultCategories } from "../extraction.ts";
import { baseUrl, isPlainHttp } from "./address.ts";
import { takenNames, templateFaults } from "./template.ts";
import { cron, duration, money, size } from "./units.ts";
import { expected } from "./wording.ts";

/** What the schema must know of the machine. */
export interface Place {
  /** A path as written, made absolute; throws where that can't be. */
  readonly expand: (path: string) => string;
  /** Where data is kept unless the configuration says otherwise. */
  readonly data: string;
  /** Where logs are kept unless the configuration says otherwise. */
  readonly logs: string;
}

/** The place that the documentation speaks of. */
export const documented: Place = {
  expand: (path) => path,
  data: "~/.local/share/autod",
  logs: "~/.local/state/autod/log",
};

const openai = { baseUrl: "https://api.openai.com/v1" };

/** The settings as they are after the check; some are still where people write them. */
export type Settings = z.output<ReturnType<typeof settings>>;

/** A server that documents are sent to. */
type Server = NonNullable<Settings["openai"]>;

/** The configuration: paths absolute, durations in milliseconds, sizes in bytes, money as exact decimals. */
export interface Config extends Readonly<Omit<Settings, "openai" | "servers">> {
  /** The file it came from. */
  readonly file: string;
  /** Where the autod that works with it listens; null where it can't. */
  readonly socket: string | null;
  readonly servers: { readonly openai: Server; readonly [name: string]: Server };
}

/** Every setting, its default and its sentence. What it gives is complete, in milliseconds, bytes and exact decimals. */
export function settings(place: Place) {
  const path = () => pathAt(place);
  return z
    .strictObject({
      dataDir: path()
        .prefault(place.data)
        .describe("Where the store, its journal and its backups lie."),
      folders: z.array(folder(path)).min(1).describe("The folders that are watched."),
      profiles: z
        .object({
          default: profile(path)
            .prefault({})
            .describe("What a folder uses unless it names another."),
        })
        .catchall(profile(path))
        .prefault({})
        .describe("How documents are read and filed; a folder names the one it uses."),
      openai: server(path, openai).optional().describe("Short for servers.openai."),
      servers: z
        .object({ openai: server(path, openai).optional().describe("OpenAI itself.") })
        .catchall(server(path))
        .prefault({})
        .describe("The servers that profiles name, each with an API like OpenAI's."),
      concurrency: z
        .int()
        .min(1)
        .max(64)
        .prefault(4)
        .describe("How many documents are read at the same time."),
      retry: retry().prefault({}).describe("How often, and how soon, what failed is tried again."),
      budget: z
        .strictObject({
          perDocument: cap("0.50").describe("The most that one document may cost; null: no cap."),
          perDay: cap("2").describe("The most that a day may cost; null: no cap."),
          perMonth: cap("20").describe("The most that a month may cost; null: no cap."),
        })
        .prefault({})
        .describe("Caps in USD that are never passed."),
      limits: z
        .strictObject({
          maxBytes: size().prefault("50MB").describe("Larger files go to quarantine."),
          maxPages: count().prefault(500).describe("Documents of more pages go to quarantine."),
        })
        .prefault({})
        .describe("What is too large to be read."),
      logs: z
        .strictObject({
          dir: path().prefault(place.logs).describe("Where the log files lie."),
          level: z
            .enum(["trace", "debug", "info", "warn", "error", "fatal"])
            .prefault("info")
            .describe("The least important kind of line that is written."),
          size: size().prefault("10MB").describe("A log file that is larger is closed."),
          frequency: z
            .enum(["daily", "hourly"])
            .prefault("daily")
            .describe("How often a new log file is begun."),
          keep: count().prefault(30).describe("How many closed log files are kept."),
        })
        .prefault({})
        .describe("The rolling log files."),
      schedule: z
        .strictObject({
          rescan: cron()
            .prefault("*/5 * * * *")
            .describe("When the folders are listed, for what watching missed."),
          report: cron().prefault("0 0 * * *").describe("When the running totals are logged."),
          sweepUploads: cron()
            .prefault("17 * * * *")
            .describe("When uploads that were left behind are deleted."),
          backup: cron().prefault("0 3 * * *").describe("When the store is backed up."),
        })
        .prefault({})
        .describe("When the housekeeping is done, as cron expressions in local time."),
      prices: z
        .record(z.string(), price())
        .prefault({})
        .describe("Prices in USD per 1M tokens, a whole row per model, before the published ones."),
      notify: z
        .strictObject({
          command: z
            .array(z.string().min(1))
            .min(1)
            .describe("The program and its arguments; no shell reads them."),
        })
        .nullable()
        .prefault(null)
        .describe("What is run when a person is needed; null: nothing."),
    })
    .meta({ title: "The configuration of autod" });
}

function folder(path: () => ReturnType<typeof pathAt>) {
  return z
    .strictObject({
      name: label().prefault("scans").describe("The name that commands and logs use."),
      inbox: path().prefault("~/autod/Inbox").describe("Where people and scanners save."),
      archive: path().prefault("~/autod/Archive").describe("Where documents are filed."),
      quarantine: path()
        .prefault("~/autod/Quarantine")
        .describe("Where documents go that can't be read, each with its reason beside it."),
      duplicates: z
        .enum(["move", "delete"])
        .prefault("move")
        .describe("What is done with a file whose bytes are known already."),
      recursive: z.boolean().prefault(true).describe("Whether folders inside are watched too."),
      watch: z
        .enum(["auto", "native", "poll"])
        .prefault("auto")
        .describe("How changes are noticed; poll for shares that don't tell."),
      pollInterval: duration({ least: "100ms" })
        .prefault("2s")
        .describe("How often a polled folder is looked at."),
      settle: duration()
        .prefault("1s")
        .describe("How long a file must have been quiet before it is taken."),
      patience: duration()
        .prefault("15s")
        .describe(
          "How long a file that looks incomplete is waited for after its last change; at least 10 × settle.",
        ),
      profile: z.string().prefault("default").describe("The profile that reads its documents."),
      budget: z
        .strictObject({
          perDay: money().optional().describe("The most that this folder may cost a day."),
          perMonth: money().optional().describe("The most that this folder may cost a month."),
        })
        .optional()
        .describe("Caps in USD for this folder, besides those for all."),
    })
    .superRefine(
      ({ settle, patience }, context) => {
        if (patience < 10 * settle) {
          const message = "must be at least 10 × settle";
          context.addIssue({ code: "custom", path: ["patience"], message });
        }
      },
      { when: sound("settle", "patience") },
    );
}

function profile(path: () => ReturnType<typeof pathAt>) {
  return z
    .strictObject({
      server: z.string().prefault("openai").describe("The server that is asked."),
      model: z.string().min(1).prefault("gpt-5.6-luna").describe("The model that reads."),
      serviceTier: z
        .enum(["default", "flex"])
        .prefault("default")
        .describe("flex: half the price, and slower."),
      input: z
        .enum(["file", "inline", "text"])
        .prefault("file")
        .describe(
          "file: by the Files API; inline: in the request; text: only the text layer, for local servers.",
        ),
      detail: z
        .enum(["auto", "low", "high"])
        .prefault("auto")
        .describe("How closely pages are looked at; auto: high where a page has no text layer."),
      effort: z
        .enum(["none", "minimal", "low", "medium", "high"])
        .prefault("low")
        .describe("How much the model reasons."),
      maxOutputTokens: z
        .int()
        .min(16)
        .max(1_000_000)
        .prefault(8000)
        .describe("The most that an answer may be long, reasoning included."),
      maxPages: count()
        .nullable()
        .prefault(null)
        .describe("Only the first so many pages are sent; null: all."),
      passwords: z
        .union([z.array(z.string().min(1)), path()], { error: onlyPasswords })
        .prefault([])
        .describe(
          "What locked PDFs are opened with, a copy without password being sent: a list, or a file that only its owner may read, with one password a line.",
        ),
      instructions: z.string().prefault("").describe("Added to the instructions of autod."),
      me: z
        .array(z.string().min(1))
        .prefault([])
        .describe("Names that are the recipient, never the issuer."),
      categories: z
        .array(z.string().min(1))
        .min(1)
        .max(MOST_VALUES, { error: tooMany })
        .refine(unique, { error: "names one more than once" })
        .prefault([...defaultCategories])
        .describe("The categories that a document may have."),
      tags: z
        .array(z.string().min(1))
        .max(MOST_VALUES, { error: tooMany })
        .refine(unique, { error: "names one more than once" })
        .prefault([])
        .describe("The only tags that a document may have; none named: any."),
      issuers: z
        .strictObject({
          list: z
            .enum(["open", "closed"])
            .prefault("open")
            .describe("open: others may be read too; closed: only these."),
          names: z
            .array(z.string().min(1))
            .max(MOST_VALUES, { error: tooMany })
            .refine(unique, { error: "names one more than once" })
            .prefault([])
            .describe("Issuers, spelled as they are to be."),
        })
        .superRefine(
          ({ list, names }, context) => {
            if (list === "open" || names.length > 0) return;
            const message = "is missing; a closed list needs it";
            context.addIssue({ code: "custom", path: ["names"], message });
          },
          { when: sound("list", "names") },
        )
        .prefault({})
        .describe("Who documents are from, besides those that are known from earlier ones."),
      fields: z
        .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, { error: fieldName }), field())
        .prefault({})
        .describe("What is read besides the default fields."),
      name: z
        .string()
        .min(1)
        .regex(/^[^/]*$/, { error: "has no / in it; that belongs into folder" })
        .prefault("{documentDate} {issuer} - {title}")
        .describe("The name that a document is filed under, without .pdf."),
      folder: z
        .string()
        .refine(isBelow, { error: "must lead to a folder below the archive" })
        .prefault("{year}/{category}")
        .describe("The folder in the archive that it is filed in."),
      review: z
        .strictObject({
          below: z
            .number()
            .min(0)
            .max(1)
            .prefault(0)
            .describe("Documents that the model is less confident about are set aside."),
        })
        .prefault({})
        .describe("What a person is to look at."),
    })
    .superRefine(
      ({ fields, name, folder: inside }, context) => {
        const own = isMapping(fields) ? Object.keys(fields) : [];
        for (const taken of own.filter((one) => takenNames.includes(one))) {
          const message = "is what documents are read for anyway; take another name";
          context.addIssue({ code: "custom", path: ["fields", taken], message });
        }
        for (const [key, template] of Object.entries({ name, folder: inside })) {
          if (typeof template !== "string") continue;
          for (const message of templateFaults(template, own)) {
            context.addIssue({ code: "custom", path: [key], message });
          }
        }
      },
      { when: ({ value }) => isMapping(value) },
    );
}

function field() {
  return z
    .strictObject({
      type: z.enum(["string", "number", "date", "boolean", "enum"]).describe("What it is."),
      list: z.boolean().prefault(false).describe("Whether there may be several."),
      values: z
        .array(z.string().min(1))
        .min(1)
        .max(MOST_VALUES, { error: tooMany })
        .refine(unique, { error: "names one more than once" })
        .optional()
        .describe("What it may be, if it is an enum."),
      description: z.string().min(1).describe("What the model is told about it."),
    })
    .superRefine(
      ({ type, values }, context) => {
        if ((type === "enum") === (values !== undefined)) return;
        const message = type === "enum" ? "is missing; an enum needs it" : "is for an enum only";
        context.addIssue({ code: "custom", path: ["values"], message });
      },
      { when: sound("type", "values") },
    );
}

function server(
  path: () => ReturnType<typeof pathAt>,
  defaults: { readonly baseUrl?: string } = {},
) {
  const url = baseUrl();
  // Whatever its address is, it is sent the key that was meant for OpenAI.
  const isOpenAis = defaults.baseUrl !== undefined;
  return z
    .strictObject({
      baseUrl: (defaults.baseUrl === undefined ? url : url.prefault(defaults.baseUrl)).describe(
        "Where its API begins.",
      ),
      apiKeyFile: path()
        .refine((file) => !/(^|\/)sk-[^/]*$/.test(file), {
          error: "is a key; put it into a file that only you can read, and name that",
        })
        .optional()
        .describe("The file that holds the key; only its owner may read it."),
      timeout: duration({ least: "1s" }).prefault("10m").describe("How long an answer may take."),
      resumable: resumable()
        .prefault("auto")
        .describe(
          "Whether answers are made in the background, and kept there until fetched, so that a crash loses none; auto: where the server can.",
        ),
      uploadsExpireAfter: duration({ least: "1h", most: "30d" })
        .prefault("1d")
        .describe("When the server deletes an upload that autod could not delete."),
      allowHttp: z
        .boolean()
        .prefault(false)
        .describe("Whether documents may go to another machine unencrypted; not for openai."),
    })
    .superRefine(
      ({ baseUrl: address, allowHttp }, context) => {
        if (!isPlainHttp(address) || (allowHttp && !isOpenAis)) return;
        const message = isOpenAis
          ? "must begin with https://, for its key may be OpenAI's; put a server of your own under servers, with a name of its own"
          : "must begin with https://, or allowHttp be true";
        context.addIssue({ code: "custom", path: ["baseUrl"], message });
      },
      { when: sound("baseUrl") },
    );
}

function retry() {
  return z
    .strictObject({
      attempts: z.int().min(1).max(100).prefault(6).describe("How often a call is tried."),
      minDelay: duration({ least: "1ms" }).prefault("1s").describe("The wait after the first."),
      maxDelay: duration({ least: "1ms" })
        .prefault("5m")
        .describe("The longest wait, also between looks whether trouble with a server is over."),
    })
    .superRefine(
      ({ minDelay, maxDelay }, context) => {
        if (maxDelay < minDelay) {
          const message = "must be at least minDelay";
          context.addIssue({ code: "custom", path: ["maxDelay"], message });
        }
      },
      { when: sound("minDelay", "maxDelay") },
    );
}

function price() {
  return z.codec(
    z.strictObject({
      input: usdPerMillion().describe("What the model reads."),
      cachedInput: usdPerMillion()
        .optional()
        .describe("What it reads again from its cache; as input."),
      cacheWrite: usdPerMillion().optional().describe("What it puts into its cache; as input."),
      output: usdPerMillion().describe("What it writes, reasoning included."),
    }),
    z.object({
      input: z.string(),
      cachedInput: z.string(),
      cacheWrite: z.string(),
      output: z.string(),
    }),
    {
      decode: ({ input, cachedInput = input, cacheWrite = input, output }) => ({
        input,
        cachedInput,
        cacheWrite,
        output,
      }),
      encode: (row) => row,
    },
  );
}

const pathAt = ({ expand }: Place) =>
  z.codec(z.string().min(1), z.string(), {
    decode: (path, context) => {
      try {
        return expand(path);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        context.issues.push({ code: "custom", input: path, message });
        return z.NEVER;
      }
    },
    encode: (path) => path,
  });

function resumable() {
  const words = ["auto", "on", "off", "yes", "no", "true", "false"] as const;
  return z.codec(
    z.union([z.boolean(), z.enum(words)], { error: expected("auto, true or false") }),
    z.union([z.boolean(), z.literal("auto")]),
    {
      decode: (word) =>
        typeof word === "boolean" || word === "auto" ? word : ["on", "yes", "true"].includes(word),
      encode: (value) => value,
    },
  );
}

const label = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, {
    error: expected("letters, digits, spaces and . _ - (at most 64)"),
  });

/** Says nothing of what was found, for it may be one. */
const onlyPasswords = "must be a list of passwords, each in quotes, or the path of a file";

const fieldName = "the name of a field is of letters, digits and _, and begins with a letter";

/** A schema may have 1,000 values in all, and a list of more than these only short ones. */
const MOST_VALUES = 250;
const tooMany = `has more than ${MOST_VALUES} entries, which is more than the API takes`;

const usdPerMillion = () => money({ decimals: 6 });
const count = () => z.int().min(1).max(1_000_000);
const cap = (usd: string) => money().nullable().prefault(usd);
const unique = (list: readonly string[]) => new Set(list).size === list.length;
const isBelow = (path: string) =>
  !path.startsWith("/") && !path.split("/").some((part) => part === "." || part === "..");

/**
 * Whether a refinement can look at these keys: it does so also where others are wrong, so that every fault
 * is named at once.
 */
const sound =
  (...keys: readonly string[]) =>
  ({ value, issues }: z.core.ParsePayload) =>
    isMapping(value) && !issues.some(({ path }) => keys.includes(String(path?.[0])));

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
