/** What a promise gives; rejects with the signal's reason once that is aborted, whatever becomes of the promise. */
export async function unlessAborted<One>(waited: Promise<One>, signal: AbortSignal): Promise<One> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([waited, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
