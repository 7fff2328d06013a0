import test from "ava";
import PQueue from "p-queue";
import { openTurns } from "../../src/intake/turns.ts";

test("lanes take turns, however much waits in one, and an empty one saves nothing up", async (t) => {
  const queue = new PQueue({ concurrency: 1, autoStart: false });
  const turns = openTurns();
  const order: string[] = [];
  const add = (lane: string, name: string) => {
    const { priority, begin } = turns.take(lane);
    void queue.add(
      async () => {
        begin();
        order.push(name);
        if (name === "a3") for (const late of ["b1", "b2"]) add("b", late);
      },
      { priority },
    );
  };
  for (const name of ["a1", "a2", "a3", "a4", "a5", "a6"]) add("a", name);
  add("c", "c1");
  queue.start();
  await queue.onIdle();
  t.deepEqual(order, ["a1", "c1", "a2", "a3", "a4", "b1", "a5", "b2", "a6"]);
});
