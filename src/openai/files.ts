import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { toStreamingFile } from "openai";
import { AutodError } from "../errors.ts";
import { classify } from "./classify.ts";
import type { Connection } from "./client.ts";
import { isNoneThere, QUICK } from "./removal.ts";
import { unread } from "./unread.ts";

/** Uploads at the Files API. */
export interface Files {
  /**
   * Uploads the PDF at a path, or what is sent of it, under a name made of its SHA-256; gives its id
   * there. Throws FILE_CHANGED where the bytes at the path aren't `sha256`'s.
   */
  readonly upload: (
    pdf: string | Uint8Array<ArrayBuffer>,
    sha256: string,
    signal: AbortSignal,
  ) => Promise<string>;
  /** Deletes an upload; one that is gone already is fine. */
  readonly remove: (fileId: string, signal?: AbortSignal) => Promise<void>;
  /** All uploads of this instance that are there. Throws ENDPOINT_MISSING where the server has no such list. */
  readonly list: (signal: AbortSignal) => AsyncIterable<Stored>;
}

/** An upload as its server lists it. */
export interface Stored {
  readonly fileId: string;
  /** How the SHA-256 of its bytes begins. */
  readonly sha256: string;
}

/** `instance` marks our uploads, so that a sweep finds its own orphans and nobody else's. */
export function openFiles({ client, server }: Connection, instance: string): Files {
  const prefix = `autod-${instance}-`;
  return {
    async upload(pdf, sha256, signal) {
      const name = `${prefix}${sha256.slice(0, 12)}.pdf`;
      try {
        const { id } = await client.files.create(
          {
            file: toStreamingFile(bytesOf(pdf, sha256), name, { type: "application/pdf" }),
            purpose: "user_data",
            // Should the deletion never come, it goes by itself.
            expires_after: {
              anchor: "created_at",
              seconds: Math.round(server.uploadsExpireAfter / 1000),
            },
          },
          { signal },
        );
        if (typeof id !== "string") throw new TypeError("it has no id");
        return id;
      } catch (error) {
        throw classify(error, { key: client.apiKey });
      }
    },

    async remove(fileId, signal) {
      const timeout = Math.min(server.timeout, QUICK);
      try {
        await client.files.delete(fileId, { timeout, ...(signal ? { signal } : {}) });
      } catch (error) {
        if (!isNoneThere(error)) throw classify(error, { key: client.apiKey });
      }
    },

    async *list(signal) {
      const seen = new Set<string>();
      try {
        const timeout = Math.min(server.timeout, QUICK);
        const listed = client.files.list({ purpose: "user_data" }, { signal, timeout });
        for await (const { id, filename } of listed) {
          // A server that gives the same page for ever would never be done with.
          if (seen.has(id)) return;
          seen.add(id);
          const [, sha256] = nameOfOurs.exec(filename) ?? [];
          if (sha256 && filename.startsWith(prefix)) yield { fileId: id, sha256 };
        }
      } catch (error) {
        throw classify(error, { key: client.apiKey });
      }
    },
  };
}

/** Bytes that are read at once: most documents are read in one go. */
const PIECE = 256 * 1024;

const nameOfOurs = /-([0-9a-f]{12})\.pdf$/;

/**
 * Read as they are sent, so that the file is never whole in memory. An `fs.openAsBlob` would do the same, but
 * where the file changes meanwhile its error can't be caught.
 */
async function* bytesOf(
  pdf: string | Uint8Array<ArrayBuffer>,
  sha256: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (typeof pdf !== "string") {
    yield pdf;
    return;
  }
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(pdf, { highWaterMark: PIECE })) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw unread(error);
  }
  // The request is still without its end, so that nothing is stored.
  if (hash.digest("hex") !== sha256) {
    throw new AutodError("FILE_CHANGED", `${pdf} changed before it was uploaded`);
  }
}
