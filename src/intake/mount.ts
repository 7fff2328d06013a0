import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * The mount point of an existing folder: the nearest of itself and those above it at which the device changes.
 *
 * The path is a real one, without links. What is mounted from the same file system (a bind mount on Linux) has
 * the same device, and isn't seen; neither does it go away with a disk.
 */
export async function mountPoint(
  path: string,
  deviceOf: (path: string) => Promise<bigint> = deviceNow,
): Promise<string> {
  // Numbers of devices are given out anew at each start: they are compared within one look alone.
  const device = await deviceOf(path);
  let point = path;
  for (let above = dirname(point); above !== point; above = dirname(point)) {
    if ((await deviceOf(above)) !== device) break;
    point = above;
  }
  return point;
}

async function deviceNow(path: string): Promise<bigint> {
  return (await stat(path, { bigint: true })).dev;
}

/** Whether a path lies below a folder, and is not the folder itself. */
export const isBelow = (path: string, folder: string): boolean =>
  path !== folder && path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
