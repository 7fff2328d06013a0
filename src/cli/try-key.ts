import type { Config } from "../config/schema.ts";
import { AutodError } from "../errors.ts";
import { connect } from "../openai/client.ts";
import { probe } from "../openai/probe.ts";

/** Asks the default profile's server whether it takes a key, free of charge: null where it does, else its trouble. */
export async function tryKey(
  { servers, profiles }: Config,
  key: string,
  signal: AbortSignal,
): Promise<AutodError | null> {
  await using connection = connect(servers.openai, key);
  try {
    await probe(connection, profiles.default.model, signal);
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AutodError) return error;
    throw error;
  }
}
