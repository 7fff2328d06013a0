import test from "ava";
import { isHomely, isWithin, reachOf } from "../../src/service/reach.ts";

const folder = (inbox: string, archive: string, quarantine: string) => ({
  inbox,
  archive,
  quarantine,
});

const cases = [
  [
    "the folder around them all",
    [folder("/srv/autod/Inbox", "/srv/autod/Archive", "/srv/autod/Quarantine")],
    ["/srv/autod"],
  ],
  [
    "each, where the folder around them is shared by others",
    [folder("/srv/Inbox", "/srv/Archive", "/srv/Quarantine")],
    ["/srv/Archive", "/srv/Inbox", "/srv/Quarantine"],
  ],
  [
    "each, where the folder around them is somebody's home",
    [folder("/home/ada/Inbox", "/home/ada/Archive", "/home/ada/Quarantine")],
    ["/home/ada/Archive", "/home/ada/Inbox", "/home/ada/Quarantine"],
  ],
  [
    "each, where they lie far apart",
    [folder("/mnt/scanner/Inbox", "/srv/autod/Archive", "/srv/autod/Quarantine")],
    ["/mnt/scanner/Inbox", "/srv/autod/Archive", "/srv/autod/Quarantine"],
  ],
  [
    "one folder for several that are watched",
    [
      folder("/mnt/nas/a/Inbox", "/mnt/nas/Archive", "/mnt/nas/Quarantine"),
      folder("/mnt/nas/b", "/mnt/nas/Archive/b", "/mnt/nas/Quarantine/b"),
    ],
    ["/mnt/nas"],
  ],
] as const;

for (const [what, folders, reached] of cases) {
  test(`autod may write to ${what}`, (t) => {
    const config = { folders, dataDir: "/var/lib/autod", logs: { dir: "/var/lib/autod/log" } };
    t.deepEqual(reachOf(config), [...reached, "/var/lib/autod"].toSorted());
  });
}

test("a folder with the beginning of another's name isn't within it", (t) => {
  t.true(isWithin("/srv/a/b", "/srv/a"));
  t.true(isWithin("/srv/a", "/srv/a"));
  t.true(isWithin("/srv", "/"));
  t.false(isWithin("/srv/ab", "/srv/a"));
});

test("what ProtectHome hides is known", (t) => {
  for (const path of ["/home/ada/x", "/root", "/run/user/1000/x"]) t.true(isHomely(path));
  for (const path of ["/srv/home", "/homes/x", "/run/autod"]) t.false(isHomely(path));
});
