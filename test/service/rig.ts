import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Scripts in the place of the programs that a manager of services is asked by; they write down what they are told. */
export interface Rig {
  /** The folder of these scripts, to stand first in a PATH. */
  readonly folder: string;
  /** What they were told so far, a line each, without what only looks; forgotten once it was asked for. */
  readonly told: () => Promise<readonly string[]>;
  /** From now on a start fails. */
  readonly breakIt: () => Promise<void>;
}

/** systemd as it is asked by systemctl, loginctl and journalctl: one service, off at first, of a user who doesn't linger. */
export const systemdRig = (folder: string): Promise<Rig> =>
  openRig(folder, {
    systemctl: `
[ "$1" = --user ] && shift
case "$1" in
  show) ;;
  *) echo "systemctl $*" >> "$rig/told" ;;
esac
case "$1" in
  start | restart) if [ -e "$rig/broken" ]; then echo failed > "$rig/state"; else echo active > "$rig/state"; fi ;;
  stop) echo inactive > "$rig/state" ;;
  enable) echo enabled > "$rig/enabled" ;;
  disable) rm -f "$rig/enabled"; echo inactive > "$rig/state" ;;
  show)
    state=$(cat "$rig/state" 2> /dev/null || echo inactive)
    echo "ActiveState=$state"
    echo "UnitFileState=$(cat "$rig/enabled" 2> /dev/null)"
    echo NRestarts=2
    echo StateChangeTimestamp=@1764381251
    case $state in
      active) echo MainPID=4711; echo StatusText=watching scans; echo Result=success ;;
      failed) echo MainPID=0; echo Result=exit-code; echo ExecMainCode=1; echo ExecMainStatus=78 ;;
      *) echo MainPID=0; echo Result=success ;;
    esac ;;
esac
exit 0`,
    loginctl: "echo Linger=no",
    journalctl: `echo "journalctl $*" >> "$rig/told"; echo "the last that it said"`,
  });

/** launchd as it is asked by launchctl. */
export const launchdRig = (folder: string): Promise<Rig> =>
  openRig(folder, {
    launchctl: `
case "$1" in
  print) ;;
  *) echo "launchctl $*" >> "$rig/told" ;;
esac
case "$1" in
  bootstrap) [ -e "$rig/loaded" ] && { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }; touch "$rig/loaded" ;;
  bootout) rm "$rig/loaded" ;;
  print)
    [ -e "$rig/loaded" ] || { echo "Could not find service" >&2; exit 113; }
    if [ -e "$rig/broken" ]; then printf '\\tstate = not running\\n\\truns = 3\\n\\tlast exit code = 78: EX_CONFIG\\n'
    else printf '\\tstate = running\\n\\truns = 1\\n\\tpid = 4711\\n\\tlast exit code = (never exited)\\n'; fi ;;
esac
exit 0`,
    tail: `echo "tail $*" >> "$rig/told"; echo "the last that it said"`,
  });

async function openRig(folder: string, scripts: Readonly<Record<string, string>>): Promise<Rig> {
  await mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\nrig='${folder}'\n${script}\n`);
    await chmod(path, 0o755);
  }
  const file = join(folder, "told");
  return {
    folder,
    async told() {
      const text = await readFile(file, "utf8").catch(() => "");
      await writeFile(file, "");
      return text.trim().split("\n").filter(Boolean);
    },
    breakIt: () => writeFile(join(folder, "broken"), ""),
  };
}
