import { homedir } from "node:os";
import { join } from "node:path";
import type { Folder } from "../document.ts";
import { isWithin } from "./reach.ts";

/**
 * What lets an agent into the folders that macOS keeps for programs which a person allowed; null where none of
 * them is such a folder.
 */
export function protectedHint(
  { inbox, archive, quarantine }: Folder,
  node: string,
  home = homedir(),
): string | null {
  const kept = [
    ...[
      "Documents",
      "Desktop",
      "Downloads",
      "Library/Mobile Documents",
      "Library/CloudStorage",
    ].map((name) => join(home, name)),
    "/Volumes",
  ];
  const inside = [inbox, archive, quarantine].find((path) =>
    kept.some((folder) => isWithin(path, folder)),
  );
  if (inside === undefined) return null;
  return `macOS protects ${inside}. Open System Settings, Privacy & Security, Full Disk Access, press +, then Cmd+Shift+G, enter ${node}, switch it on, and run this again. It then holds for every program on that Node, and an upgrade of Node may lose it: folders such as ~/autod need none of this.`;
}
