import { open } from "node:fs/promises";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { ExecutionContext } from "ava";

type Call =
  | "access"
  | "link"
  | "rename"
  | "unlink"
  | "mkdir"
  | "open"
  | "realpath"
  | "statfs"
  | "lstat";
type HandleCall = "sync" | "writeFile" | "chmod" | "chown" | "utimes" | "read";
type Instead = (original: (...given: never[]) => Promise<unknown>, ...given: any[]) => unknown;

/** Lets a call of node:fs/promises do something else until the test ends. */
export function replaceCall(t: ExecutionContext, call: Call, instead: Instead): void {
  const original = promises[call] as (...given: never[]) => Promise<unknown>;
  const put = (value: unknown) => {
    Object.assign(promises, { [call]: value });
    syncBuiltinESMExports();
  };
  put(async (...given: unknown[]) => await instead(original, ...given));
  t.teardown(() => put(original));
}

/** The same for a call on an open file; `this` is that file. */
export async function replaceHandleCall(
  t: ExecutionContext,
  call: HandleCall,
  instead: (this: unknown, original: () => Promise<unknown>, ...given: any[]) => unknown,
): Promise<void> {
  await using handle = await open(import.meta.filename);
  const prototype = Object.getPrototypeOf(handle);
  const original = prototype[call];
  prototype[call] = async function (...given: unknown[]) {
    return await instead.call(this, () => original.apply(this, given), ...given);
  };
  t.teardown(() => {
    prototype[call] = original;
  });
}

/** An error as system calls give it. */
export const errno = (code: string, syscall = "test"): Error =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, errno: -1 });

/** Lets a call fail each time. */
export const failing = (t: ExecutionContext, call: Call, code: string): void =>
  replaceCall(t, call, () => {
    throw errno(code, call);
  });
