import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { textOfBytes } from "../src/pdf/bytes.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";

/** How much has come to a stand-in so far, and what it keeps. */
export interface Seen {
  readonly bills: number;
  readonly requests: number;
  readonly files: number;
  readonly responses: number;
}

/** A stand-in for the API as a process of its own; disposing ends it. */
export interface Neighbour extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  readonly pid: number;
  readonly seen: () => Promise<Seen>;
  /** Resolves when so many bills were made since then, and nothing is kept any more. */
  readonly served: (bills: number, since: Seen) => Promise<void>;
}

/** Starts one that takes `latency` milliseconds for each answer. */
export async function startNeighbour({ latency = 0 } = {}): Promise<Neighbour> {
  const child = fork(import.meta.filename, [String(latency)]);
  const answer = async () => (await once(child, "message"))[0] as unknown;
  const { url, key } = (await answer()) as Pick<Neighbour, "url" | "key">;
  const seen = async () => {
    child.send("seen?");
    return (await answer()) as Seen;
  };
  return {
    url,
    key,
    pid: child.pid ?? 0,
    seen,
    async served(bills, since) {
      let [last, at] = [since, performance.now()];
      const isServed = ({ bills: made, files, responses }: Seen) =>
        made >= since.bills + bills && files === 0 && responses === 0;
      for (let now = last; !isServed(now); now = await seen()) {
        if (now.requests > last.requests) [last, at] = [now, performance.now()];
        if (performance.now() - at > 60_000) throw new Error("nothing was asked for a minute");
        // Seldom, for whoever is asked is at work.
        await setTimeout(50);
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = once(child, "close");
      child.kill();
      await closed;
    },
  };
}

if (import.meta.main) {
  await using inspector = startInspector();
  const latency = Number(process.argv[2]);
  await using sandbox = await startSandbox({ readText: textOfBytes(inspector), latency });
  process.send?.({ url: sandbox.url, key: sandbox.key });
  process.on("message", () => {
    const { bills, requests, files, responses } = sandbox;
    const seen = { bills: bills(), requests: requests(), files: files(), responses: responses() };
    const counts = Object.entries(seen).map(([name, { length }]) => [name, length]);
    process.send?.(Object.fromEntries(counts));
  });
  await new Promise(() => undefined);
}
