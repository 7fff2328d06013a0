import { openAsBlob } from "node:fs";
import { NotFoundError } from "openai";
import { classify } from "./classify.ts";
import type { Connection } from "./client.ts";

/** Uploads at the Files API. */
export interface Files {
  /** Uploads the PDF at `path`; gives its id there. */
  readonly upload: (path: string, sha256: string, signal: AbortSignal) => Promise<string>;
  /** Deletes an upload; one that is gone already is fine. */
  readonly remove: (fileId: string) => Promise<void>;
}

const TYPE = "application/pdf";

/** `instance` marks our uploads, so that a sweep finds its own orphans and nobody else's. */
export function openFiles({ client, server }: Connection, instance: string): Files {
  return {
    async upload(path, sha256, signal) {
      const name = `autod-${instance.slice(0, 8)}-${sha256.slice(0, 12)}.pdf`;
      try {
        // Backed by the disk: the file is never whole in memory, and its length is known.
        const file = new File([await openAsBlob(path, { type: TYPE })], name, { type: TYPE });
        const uploaded = await client.files.create(
          {
            file,
            purpose: "user_data",
            // Should the deletion never come, it goes by itself.
            expires_after: {
              anchor: "created_at",
              seconds: Math.round(server.uploadsExpireAfter / 1000),
            },
          },
          { signal },
        );
        return uploaded.id;
      } catch (error) {
        throw classify(error);
      }
    },

    async remove(fileId) {
      try {
        await client.files.delete(fileId);
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw classify(error);
      }
    },
  };
}
