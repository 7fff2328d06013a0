import type { IncomingMessage } from "node:http";
import busboy from "busboy";
import { ApiError } from "./api-error.ts";

/** A multipart form as it came. */
export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: { readonly name: string; readonly type: string; readonly content: Buffer } | null;
}

/** The largest file that the Files API takes. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;
/** What a form has beside its file. */
const MAX_REST_BYTES = 1_000_000;

/** Reads a multipart form with one file in it; throws a 400, or a 413 for more than `maxBytes`. */
export async function receiveUpload(
  request: IncomingMessage,
  maxBytes: number = MAX_FILE_BYTES,
): Promise<Upload> {
  if (Number(request.headers["content-length"]) > maxBytes + MAX_REST_BYTES) throw tooLarge();
  const form = openForm(request, maxBytes);
  const fields = new Map<string, string>();
  let file: Upload["file"] = null;
  const { promise, resolve, reject } = Promise.withResolvers<void>();

  form.on("field", (name, value) => fields.set(name, value));
  form.on("file", (field, stream, { filename, mimeType }) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("limit", () => reject(tooLarge()));
    stream.on("end", () => {
      if (field !== "file") return;
      file = { name: filename ?? "", type: mimeType, content: Buffer.concat(chunks) };
    });
  });
  form.on("close", resolve);
  form.on("error", () => reject(unreadable()));
  request.on("aborted", () => reject(unreadable()));
  request.pipe(form);
  try {
    await promise;
  } finally {
    request.unpipe(form);
  }
  return { fields, file };
}

function openForm(request: IncomingMessage, maxBytes: number): busboy.Busboy {
  try {
    // The limit counts as reached at its last byte, so one more is allowed for.
    const limits = { files: 1, fileSize: maxBytes + 1 };
    return busboy({ headers: request.headers, limits, defParamCharset: "utf8" });
  } catch {
    throw unreadable();
  }
}

function unreadable(): ApiError {
  return new ApiError(400, "Could not parse multipart form.");
}

function tooLarge(): ApiError {
  return new ApiError(413, "The file exceeds the maximum size of 512 MB.");
}
