import { readFile } from "node:fs/promises";
import type {
  ResponseCreateParamsNonStreaming,
  ResponseInputContent,
} from "openai/resources/responses/responses";
import { classify } from "./classify.ts";
import type { Connection } from "./client.ts";
import type { Profile } from "./profile.ts";
import { request } from "./prompt.ts";
import { type Reply, readReply } from "./reply.ts";
import { unread } from "./unread.ts";

/** One document to be read. */
export interface Ask {
  readonly profile: Profile;
  /** Where the PDF stands. */
  readonly path: string;
  /** Its upload, where the profile sends it so. */
  readonly fileId: string | null;
  readonly detail: "low" | "high";
  /** The most tokens that the answer may have, reasoning included. */
  readonly maxOutputTokens: number;
}

/** Has a model read documents. */
export interface Extractor {
  /**
   * Asks once. Gives a reply for whatever was billed; throws an error of ours where nothing was (UPLOAD_GONE
   * where it is that), and API_ANSWER_LOST where nobody can know.
   */
  readonly ask: (ask: Ask, signal: AbortSignal) => Promise<Reply>;
}

/** `textOf` reads the text layer of a PDF, for servers that take nothing else. */
export function openExtractor(
  { client }: Connection,
  textOf: (path: string) => Promise<readonly string[]>,
): Extractor {
  return {
    async ask(ask, signal) {
      const body = await bodyFor(ask, textOf).catch(neverAsked);
      try {
        const response = await client.responses.create(body, { signal });
        if (!Array.isArray(response.output)) throw new TypeError("it has no output");
        return readReply(response, ask.profile.answer, ask.profile.settings.model);
      } catch (error) {
        const { fileId } = ask;
        throw classify(error, { key: client.apiKey, onBrokenLine: "API_ANSWER_LOST", fileId });
      }
    },
  };
}

/** By an error of ours, for any other would say that nobody can know what was billed. */
function neverAsked(error: unknown): never {
  throw unread(error);
}

/** What is the same for each document comes first, so that the prompt cache works; the document is last. */
async function bodyFor(
  ask: Ask,
  textOf: (path: string) => Promise<readonly string[]>,
): Promise<ResponseCreateParamsNonStreaming> {
  const { instructions, jsonSchema, settings } = ask.profile;
  return {
    model: settings.model,
    instructions,
    input: [
      {
        role: "user",
        content: [{ type: "input_text", text: request }, await documentFor(ask, textOf)],
      },
    ],
    text: {
      format: { type: "json_schema", name: "document", schema: jsonSchema, strict: true },
    },
    max_output_tokens: ask.maxOutputTokens,
    reasoning: { effort: settings.effort },
    store: false,
    // A server of one's own knows no tiers.
    ...(settings.input === "text" ? {} : { service_tier: settings.serviceTier }),
  };
}

async function documentFor(
  { profile, path, fileId, detail }: Ask,
  textOf: (path: string) => Promise<readonly string[]>,
): Promise<ResponseInputContent> {
  if (profile.settings.input === "text") {
    const pages = await textOf(path);
    const marked = pages.map((text, index) => `--- page ${index + 1} ---\n${text}`);
    return { type: "input_text", text: marked.join("\n\n") };
  }
  if (fileId !== null) return { type: "input_file", file_id: fileId, detail };
  const content = await readFile(path, "base64");
  return {
    type: "input_file",
    filename: "document.pdf",
    file_data: `data:application/pdf;base64,${content}`,
    detail,
  };
}
