import { readFileSync } from "node:fs";

/*
 * Starts autod where the Node is new enough, and says which is needed where it isn't. What stands here has to
 * be understood by Nodes that are too old for all else, so nothing else is imported before that is known.
 */

const { engines } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { engines: { node: string } };
const needed = engines.node.replace(">=", "");
const [major = 0, minor = 0] = needed.split(".").map(Number);
const [ownMajor = 0, ownMinor = 0] = process.versions.node.split(".").map(Number);

if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) await import("./main.ts");
else {
  process.stderr.write(
    `autod: Node ${needed} or newer is needed, and this is ${process.versions.node} (PLATFORM_UNSUPPORTED)
  Install a newer one. On Linux npm brings it along, unless it is told to leave
  out optional packages.
`,
  );
  process.exitCode = 2;
}
