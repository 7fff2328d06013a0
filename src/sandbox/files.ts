import { randomBytes } from "node:crypto";

/** An upload. */
export interface StoredFile {
  readonly id: string;
  readonly filename: string;
  /** The MIME type that it came with. */
  readonly type: string;
  readonly purpose: string;
  readonly content: Uint8Array;
  /** Seconds since 1970, as the API counts. */
  readonly createdAt: number;
  /** Seconds since 1970; null: it stays until it is deleted. */
  readonly expiresAt: number | null;
}

export type NewFile = Pick<StoredFile, "filename" | "type" | "purpose" | "content"> & {
  /** Seconds. */
  readonly lifetime: number | null;
};

/** The uploads, oldest first; what has expired is gone. */
export interface Files {
  readonly add: (file: NewFile) => StoredFile;
  readonly find: (id: string) => StoredFile | undefined;
  readonly all: () => readonly StoredFile[];
  /** Whether there was one. */
  readonly remove: (id: string) => boolean;
}

/** Keeps uploads in memory. `now` is in milliseconds. */
export function keepFiles(now: () => number): Files {
  const files = new Map<string, StoredFile>();
  const expire = () => {
    for (const { id, expiresAt } of files.values()) {
      if (expiresAt !== null && expiresAt * 1000 <= now()) files.delete(id);
    }
  };
  return {
    add({ lifetime, ...file }) {
      const createdAt = Math.floor(now() / 1000);
      const expiresAt = lifetime === null ? null : createdAt + lifetime;
      const id = `file-${randomBytes(12).toString("hex")}`;
      const stored = { ...file, id, createdAt, expiresAt };
      files.set(id, stored);
      return stored;
    },
    find(id) {
      expire();
      return files.get(id);
    },
    all() {
      expire();
      return [...files.values()];
    },
    remove(id) {
      expire();
      return files.delete(id);
    },
  };
}
