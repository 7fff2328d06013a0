import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { APIError, NotFoundError } from "openai";
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputContent,
} from "openai/resources/responses/responses";
import { AutodError } from "../errors.ts";
import { extraction } from "../extraction.ts";
import { classify } from "./classify.ts";
import type { Connection } from "./client.ts";
import { isOpenAi } from "./host.ts";
import { patienceFor } from "./patience.ts";
import type { Profile } from "./profile.ts";
import { requestFor } from "./prompt.ts";
import { isNoneThere, QUICK } from "./removal.ts";
import { type Reply, readReply } from "./reply.ts";
import { unread } from "./unread.ts";

/** One document to be read. */
export interface Ask {
  readonly profile: Profile;
  /** Where the PDF stands. */
  readonly path: string;
  /** What is sent in its stead, where the profile sends it in the request. */
  readonly copy: Uint8Array | null;
  /** Its upload, where the profile sends it so. */
  readonly fileId: string | null;
  readonly detail: "low" | "high";
  /** What is known from earlier documents; empty where nothing is. */
  readonly hints: string;
  /** The most tokens that the answer may have, reasoning included. */
  readonly maxOutputTokens: number;
}

/** The text of each page of a PDF that a profile sends. */
export type TextOf = (path: string, profile: Profile) => Promise<readonly string[]>;

/** An ask that was taken: its answer is in the making, or came with it. */
export type Started = { readonly id: string } | { readonly reply: Reply };

/** Who asked for an answer that is in the making. */
export interface Asker {
  readonly profile: Profile;
  /** What the profile was like then; if it has changed since, the answer is held against the general shape. */
  readonly revision: string;
}

/** Has a model read documents. */
export interface Extractor {
  /**
   * Asks once: in the background, where the server can. Gives a reply for whatever was billed; throws an error
   * of ours where nothing was (UPLOAD_GONE where it is that), and API_ANSWER_LOST where nobody can know.
   */
  readonly start: (ask: Ask, signal: AbortSignal) => Promise<Started>;
  /**
   * Waits for an answer that is in the making, free of charge. Throws ANSWER_PENDING where it takes longer than
   * the server's timeout, and API_ANSWER_LOST where the server knows nothing of it.
   */
  readonly fetch: (id: string, asker: Asker, signal: AbortSignal) => Promise<Reply>;
  /** Deletes an answer that the server keeps; one that is gone already, or can't be deleted, is fine. */
  readonly remove: (id: string, signal: AbortSignal) => Promise<void>;
}

/** `textOf` reads what a profile sends of the text layer of a PDF, for servers that take nothing else. */
export function openExtractor({ client, server }: Connection, textOf: TextOf): Extractor {
  const { apiKey: key } = client;
  const { baseUrl, resumable, timeout } = server;
  /** Whether the server was seen to make no answers in the background, or to keep none. */
  let isUnable = false;
  /** Whether an answer was fetched that was made in the background: then it can, whatever becomes of others. */
  let isAble = false;
  /** What was begun here: of these the server must know. */
  const begun = new Set<string>();

  /** Whether a profile's requests keep to what every server knows. */
  const isPortable = ({ settings }: Profile) => settings.input === "text" && !isOpenAi(baseUrl);

  const create = async (body: Body, inBackground: boolean, how: Sending) => {
    const way = inBackground ? { background: true, store: true } : {};
    const response = await client.responses.create({ ...body, ...way }, how);
    const isPromise = inBackground && isOpen(response);
    if (isPromise && typeof response.id !== "string") throw new TypeError("it has no id");
    if (!isPromise && !Array.isArray(response.output)) throw new TypeError("it has no output");
    return response;
  };

  /** Null where the server knows nothing of it, which may be so for a moment. */
  const look = async (id: string, wait: number, signal: AbortSignal): Promise<Response | null> => {
    try {
      const response = await client.responses.retrieve(id, {}, { signal });
      if (isOpen(response) || Array.isArray(response.output)) return response;
      throw new TypeError("it has no output");
    } catch (error) {
      if (!isGone(error, begun.has(id))) throw classify(error, { key });
      if (wait < LONGEST) return null;
      // Else it would be asked again and again, and each answer be lost.
      if (begun.delete(id)) isUnable = !isAble;
      throw gone(error);
    }
  };

  return {
    async start(ask, signal) {
      const isPlain = isPortable(ask.profile);
      const portable = await portableBody(ask, textOf).catch(neverAsked);
      const body = isPlain ? portable : { ...portable, ...furtherBody(ask.profile) };
      const how = { signal, timeout: patienceFor(ask.profile.settings, timeout) };
      let inBackground = resumable === true || (resumable === "auto" && !isPlain && !isUnable);
      try {
        const response = await create(body, inBackground, how).catch((error: unknown) => {
          if (!inBackground || resumable === true || !isAboutBackground(error)) throw error;
          isUnable = true;
          inBackground = false;
          return create(body, inBackground, how);
        });
        if (inBackground && isOpen(response)) {
          begun.add(response.id);
          return { id: response.id };
        }
        const { answer, settings } = ask.profile;
        return { reply: { ...readReply(response, answer, settings.model), stored: inBackground } };
      } catch (error) {
        const { fileId } = ask;
        throw classify(error, { key, onBrokenLine: "API_ANSWER_LOST", fileId });
      }
    },

    async fetch(id, { profile, revision }, signal) {
      const patience = patienceFor(profile.settings, timeout);
      const until = performance.now() + patience;
      const answer = revision === profile.revision ? profile.answer : extraction;
      for (let wait = 50; ; wait = Math.min(2 * wait, LONGEST)) {
        const response = await look(id, wait, signal);
        if (response && !isOpen(response)) {
          begun.delete(id);
          isAble = true;
          const reply = readReply(response, answer, profile.settings.model);
          return { ...reply, responseId: id, stored: true };
        }
        if (performance.now() + wait > until) throw unfinished(patience);
        await setTimeout(wait, undefined, { signal });
      }
    },

    async remove(id, signal) {
      try {
        await client.responses.delete(id, { signal, timeout: Math.min(timeout, QUICK) });
      } catch (error) {
        if (!isNoneThere(error)) throw classify(error, { key });
      }
    },
  };
}

/** Milliseconds between two looks. */
const LONGEST = 2000;

const isOpen = ({ status }: Response): boolean => status === "queued" || status === "in_progress";

/** A server that makes no answers in the background says so of the parameter, or of what goes with it. */
function isAboutBackground(error: unknown): boolean {
  if (!(error instanceof APIError) || ![400, 422, 501].includes(error.status ?? 0)) return false;
  const { param, message } = error;
  return (
    param === "background" || param === "store" || /\bbackground\b|['"`]store['"`]/i.test(message)
  );
}

/**
 * Whether the server knows nothing of an answer. Of one that was begun just now it can't have forgotten; what is
 * said of an older one at an address that is no endpoint says nothing of the answer.
 */
function isGone(error: unknown, isNew: boolean): boolean {
  if (isNew) return isNoneThere(error);
  return (
    error instanceof NotFoundError &&
    error.error !== undefined &&
    !/invalid url/i.test(error.message)
  );
}

function gone(cause: unknown): AutodError {
  const message = "the API knows nothing of the answer that it was making";
  return new AutodError("API_ANSWER_LOST", message, { cause });
}

function unfinished(timeout: number): AutodError {
  const message = `the answer was not ready within ${Math.round(timeout / 1000)} s`;
  return new AutodError("ANSWER_PENDING", message, { retryable: false });
}

/** How a request goes out; `timeout` in milliseconds. */
interface Sending {
  readonly signal: AbortSignal;
  readonly timeout: number;
}

type Body = ResponseCreateParamsNonStreaming;

/** By an error of ours, for any other would say that nobody can know what was billed. */
function neverAsked(error: unknown): never {
  throw unread(error);
}

/**
 * What every server knows. What is the same for each document comes first, so that the prompt cache works; the
 * document is last.
 */
async function portableBody(ask: Ask, textOf: TextOf): Promise<Body> {
  const { instructions, jsonSchema, settings } = ask.profile;
  return {
    model: settings.model,
    instructions,
    input: [
      {
        role: "user",
        content: [
          ...(ask.hints === "" ? [] : [{ type: "input_text" as const, text: ask.hints }]),
          { type: "input_text", text: requestFor(settings) },
          await documentFor(ask, textOf),
        ],
      },
    ],
    text: {
      format: { type: "json_schema", name: "document", schema: jsonSchema, strict: true },
    },
    max_output_tokens: ask.maxOutputTokens,
  };
}

/** What OpenAI knows besides; a server of one's own may refuse it. */
const furtherBody = ({ settings: { effort, serviceTier } }: Profile) =>
  ({ reasoning: { effort }, service_tier: serviceTier, store: false }) as const;

async function documentFor(
  { profile, path, copy, fileId, detail }: Ask,
  textOf: TextOf,
): Promise<ResponseInputContent> {
  if (profile.settings.input === "text") {
    const pages = await textOf(path, profile);
    const marked = pages.map((text, index) => `--- page ${index + 1} ---\n${text}`);
    return { type: "input_text", text: marked.join("\n\n") };
  }
  if (fileId !== null) return { type: "input_file", file_id: fileId, detail };
  const content = copy ? Buffer.from(copy).toString("base64") : await readFile(path, "base64");
  return {
    type: "input_file",
    filename: "document.pdf",
    file_data: `data:application/pdf;base64,${content}`,
    detail,
  };
}
