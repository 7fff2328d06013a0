/**
 * Does something to each, many at a time: so they share the writes of the store. Gives what came of it, in their order.
 *
 * Where one fails the others of its time are done before that is thrown: nothing goes on behind.
 */
export async function together<One, Result>(
  all: readonly One[],
  act: (one: One) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += AT_A_TIME) {
    const ended = await Promise.allSettled(all.slice(at, at + AT_A_TIME).map(act));
    for (const one of ended) {
      if (one.status === "rejected") throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}

/** Each may hold a file open. */
const AT_A_TIME = 200;
