import { textOfBytes } from "../../src/pdf/bytes.ts";
import { startInspector } from "../../src/pdf/inspector.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";

interface Options extends Omit<SandboxOptions, "readText" | "countTokens"> {
  /** Whether it counts tokens as models do; it reckons with the characters otherwise, which is faster. */
  readonly counts?: boolean;
}

/** One for all sandboxes of a test file, for it is a process; it ends with that of the tests. */
const inspector = startInspector();

/** A sandbox that reads real PDFs; disposing ends it. */
export const openSandbox = ({ counts = false, ...options }: Options = {}): Promise<Sandbox> =>
  startSandbox({
    ...options,
    ...(counts ? { countTokens: inspector.tokens } : {}),
    readText: textOfBytes(inspector),
  });

/** A sandbox that answers when it is told to. */
export async function openPatient(options: Omit<SandboxOptions, "readText"> = {}) {
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const sandbox = await startSandbox({
    ...options,
    async readText(bytes) {
      asked.resolve();
      await told.promise;
      return await textOfBytes(inspector)(bytes);
    },
  });
  return {
    ...sandbox,
    asked: asked.promise,
    answer: () => told.resolve(),
    async [Symbol.asyncDispose]() {
      told.resolve();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
