import test from "ava";
import { wayFor, wayWithout } from "../../../src/intake/noticing/watching.ts";
import { makeHome } from "../../helpers/home.ts";
import { mirrored } from "../../helpers/mirror.ts";

const refused = (code: string) => Object.assign(new Error(code), { code });

test("a folder is watched as it asks for, or else as its disk can tell", async (t) => {
  for (const [watch, how, code] of [
    ["native", "native", "CHOSEN"],
    ["poll", "poll", "CHOSEN"],
    ["auto", "native", "TELLS"],
  ] as const) {
    await using home = await makeHome({}, { watch });
    const [folder] = home.config.folders;
    if (folder) t.like(await wayFor(folder), { how, code });
  }
});

test("a disk that doesn't tell of what others change is polled, unless the folder asks for events", async (t) => {
  for (const [watch, code] of [
    ["auto", "SILENT_DISK"],
    ["native", "CHOSEN"],
  ] as const) {
    await using home = await makeHome({}, { watch });
    await using share = await mirrored(t, home);
    const [folder] = home.config.folders;
    if (share === null || !folder) return;
    t.like(await wayFor(folder), { code });
  }
});

test("of a limit of the system it is told which one it is, and how to raise it", async (t) => {
  const watches = await wayWithout(refused("ENOSPC"));
  t.regex(watches?.why ?? "", /fs\.inotify\.max_user_watches( \(now \d+\))? is used up$/);
  t.regex(watches?.hint ?? "", /sudo sysctl fs\.inotify\.max_user_watches=\d+/);
  const instances = await wayWithout(refused("EMFILE"));
  t.regex(instances?.why ?? "", /fs\.inotify\.max_user_instances.*, or the number of open files/);
  t.is(await wayWithout(refused("EACCES")), null);
  t.is(await wayWithout(undefined), null);
});
