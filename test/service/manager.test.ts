import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test, { type ExecutionContext } from "ava";
import { openManager } from "../../src/service/manager.ts";
import { emptyFolder } from "../helpers/folder.ts";
import { until } from "../helpers/watching.ts";

const listener = new URL("notified.py", import.meta.url).pathname;

/** A manager's socket, and what came in at it; null, and the test says so, where none can be had. */
async function openSocket(t: ExecutionContext) {
  if ([["python3"], ["systemd-notify"]].some(([one = ""]) => spawnSync(one, ["--version"]).error)) {
    t.log("left out: it takes python3 and systemd-notify");
    t.pass();
    return null;
  }
  const socket = join(await emptyFolder(t), "notify");
  const child = spawn("python3", [listener, socket], { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(async () => {
    child.kill();
    await once(child, "close");
  });
  const told: string[] = [];
  const lines = createInterface(child.stdout);
  await once(lines, "line");
  lines.on("line", (line) => {
    const message = JSON.parse(line) as string;
    // Its own way to wait until a message has come in.
    if (message !== "BARRIER=1") told.push(message);
  });
  return { env: { ...process.env, NOTIFY_SOCKET: socket }, told };
}

test("a manager is told in order what becomes of a service", async (t) => {
  const socket = await openSocket(t);
  if (socket === null) return;
  await using manager = openManager(socket.env, (error) => t.fail(String(error)));
  void manager.ready("watching scans");
  void manager.status("2 documents in work");
  void manager.reloading();
  void manager.ready("watching scans");
  await manager.stopping();
  await until(() => socket.told.length === 5);
  const [ready, status, reloading = "", again, stopping] = socket.told;
  t.is(ready, "READY=1\nSTATUS=watching scans");
  t.is(status, "STATUS=2 documents in work");
  t.regex(reloading, /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
  t.is(again, ready);
  t.is(stopping, "STOPPING=1");
});

test("a status stays one line, whatever is in it", async (t) => {
  const socket = await openSocket(t);
  if (socket === null) return;
  await using manager = openManager(socket.env);
  await manager.status("a name\nMAINPID=1\r\nSTOPPING=1\u0000\u0085ü “x” $HOME");
  await manager.status("x".repeat(1_000_000));
  await until(() => socket.told.length === 2);
  t.is(socket.told[0], "STATUS=a name MAINPID=1 STOPPING=1 ü “x” $HOME");
  t.is(socket.told[1], `STATUS=${"x".repeat(500)}`);
});

test("the watchdog hears from it each time that it was found alive, and not while that hangs", async (t) => {
  const socket = await openSocket(t);
  if (socket === null) return;
  const { promise: hang } = Promise.withResolvers<void>();
  let looks = 0;
  const alive = async () => {
    looks += 1;
    if (looks === 2) throw new Error("not now");
    if (looks === 4) await hang;
  };
  await using manager = openManager({
    ...socket.env,
    WATCHDOG_USEC: "60000",
    WATCHDOG_PID: String(process.pid),
  });
  using _ = manager.watch(alive, () => `look ${looks}`);
  await until(() => looks === 4);
  await manager[Symbol.asyncDispose]();
  await until(() => socket.told.length === 2);
  t.deepEqual(socket.told, ["WATCHDOG=1\nSTATUS=look 1", "WATCHDOG=1\nSTATUS=look 3"]);
});

test("once it is no longer watched nothing is told", async (t) => {
  const socket = await openSocket(t);
  if (socket === null) return;
  await using manager = openManager({ ...socket.env, WATCHDOG_USEC: "30000" });
  const { promise: looking, resolve: looked } = Promise.withResolvers<void>();
  const { promise: hang, resolve: go } = Promise.withResolvers<void>();
  {
    const alive = () => {
      looked();
      return hang;
    };
    using _ = manager.watch(alive, () => "late");
    await looking;
  }
  go();
  await manager.stopping();
  await until(() => socket.told.includes("STOPPING=1"));
  t.deepEqual(socket.told, ["STOPPING=1"]);
});

test("a watchdog that waits for another process isn't told that this one is alive", async (t) => {
  const socket = await openSocket(t);
  if (socket === null) return;
  let looks = 0;
  await using manager = openManager({
    ...socket.env,
    WATCHDOG_USEC: "3000",
    WATCHDOG_PID: "1",
  });
  using _ = manager.watch(
    async () => void (looks += 1),
    () => "alive",
  );
  await manager.ready("up");
  await until(() => socket.told.length === 1);
  t.is(looks, 0);
});

test("where no manager waits nothing is done", async (t) => {
  const failed: unknown[] = [];
  await using manager = openManager({ WATCHDOG_USEC: "3000" }, (error) => failed.push(error));
  using _ = manager.watch(
    async () => t.fail(),
    () => "",
  );
  await manager.ready("up");
  await manager.reloading();
  await manager.status("x");
  await manager.stopping();
  t.deepEqual(failed, []);
});

test("a manager that can't be told is no trouble to the service, and is mentioned once", async (t) => {
  const failed: unknown[] = [];
  const NOTIFY_SOCKET = join(await emptyFolder(t), "nobody");
  await using manager = openManager({ NOTIFY_SOCKET }, (error) => failed.push(error));
  await manager.ready("up");
  await manager.status("still up");
  t.is(failed.length, 1);
});
