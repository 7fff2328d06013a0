import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { NotFoundError, toStreamingFile } from "openai";
import { AutodError } from "../errors.ts";
import { classify } from "./classify.ts";
import type { Connection } from "./client.ts";
import { unread } from "./unread.ts";

/** Uploads at the Files API. */
export interface Files {
  /** Uploads the PDF at `path`; gives its id there. Throws FILE_CHANGED where its bytes aren't `sha256`'s. */
  readonly upload: (path: string, sha256: string, signal: AbortSignal) => Promise<string>;
  /** Deletes an upload; one that is gone already is fine. */
  readonly remove: (fileId: string) => Promise<void>;
}

/** `instance` marks our uploads, so that a sweep finds its own orphans and nobody else's. */
export function openFiles({ client, server }: Connection, instance: string): Files {
  return {
    async upload(path, sha256, signal) {
      const name = `autod-${instance.slice(0, 8)}-${sha256.slice(0, 12)}.pdf`;
      try {
        const { id } = await client.files.create(
          {
            file: toStreamingFile(bytesOf(path, sha256), name, { type: "application/pdf" }),
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

    async remove(fileId) {
      try {
        await client.files.delete(fileId);
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw classify(error, { key: client.apiKey });
      }
    },
  };
}

/**
 * Read as they are sent, so that the file is never whole in memory. An `fs.openAsBlob` would do the same, but
 * where the file changes meanwhile its error can't be caught.
 */
async function* bytesOf(path: string, sha256: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw unread(error);
  }
  // The request is still without its end, so that nothing is stored.
  if (hash.digest("hex") !== sha256) {
    throw new AutodError("FILE_CHANGED", `${path} changed before it was uploaded`);
  }
}
