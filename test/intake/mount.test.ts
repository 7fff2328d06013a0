import test from "ava";
import { mountPoint } from "../../src/intake/mount.ts";

const cases = [
  ["/mnt/nas/Archive", ["/mnt/nas"], "/mnt/nas"],
  ["/mnt/nas", ["/mnt/nas"], "/mnt/nas"],
  ["/mnt/nas/Archive", ["/mnt", "/mnt/nas"], "/mnt/nas"],
  ["/mnt/nas/Archive", ["/mnt/nas/Archive/2026"], "/"],
  ["/mnt/nas/Archive", ["/mnt/na"], "/"],
  ["/mnt/nas/Archive", [], "/"],
  ["/", [], "/"],
] as const;

for (const [path, disks, point] of cases) {
  test(`${path} lies on the disk at ${point} of ${disks.join(" and ") || "none"}`, async (t) => {
    const deviceOf = async (asked: string) =>
      BigInt(disks.filter((disk) => `${asked}/`.startsWith(`${disk}/`)).length);
    t.is(await mountPoint(path, deviceOf), point);
  });
}

test("what is mounted here now is found without being told", async (t) => {
  t.is(await mountPoint("/dev"), "/dev");
});
