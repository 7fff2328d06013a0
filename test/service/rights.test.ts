import { chmod, chown, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { type Account, allows, findAccount, requireAccount } from "../../src/service/account.ts";
import { openCall } from "../../src/service/call.ts";
import { giveFolders, requireReadable } from "../../src/service/rights.ts";
import { AutodError } from "../../src/errors.ts";
import { asRoot } from "../helpers/as-root.ts";
import { makeHome } from "../helpers/home.ts";

const call = openCall(process.env);
const ada: Account = { name: "ada", uid: 4_001, gid: 4_001, gids: [4_001, 100], home: "/" };

for (const [owner, group, mode, isAllowed] of [
  [4_001, 0, 0o700, true],
  [4_001, 100, 0o077, false],
  [0, 100, 0o770, true],
  [0, 100, 0o707, false],
  [0, 0, 0o777, true],
  [0, 0, 0o775, false],
] as const) {
  const rights = mode.toString(8);
  test(`one of group 100 may ${isAllowed ? "" : "not "}do all with ${rights} of ${owner}:${group}`, (t) => {
    t.is(allows({ uid: owner, gid: group, mode }, ada, 7), isAllowed);
  });
}

test("a user is found with groups and home, and one that isn't there is not", async (t) => {
  t.like(await findAccount("root", call), { name: "root", uid: 0, gid: 0, home: "/root" });
  t.is(await findAccount("nobody-of-that-name", call), null);
  const error = await t.throwsAsync(requireAccount("nobody-of-that-name", call), {
    instanceOf: AutodError,
  });
  t.is(error?.code, "ARGUMENT_INVALID");
});

test("a program that isn't there is told from one that fails, and neither is a fault", async (t) => {
  t.deepEqual(await call("no-program-of-that-name"), { code: null, stdout: "", stderr: "" });
  t.deepEqual(await call("sh", "-c", "echo out; echo err >&2; exit 3"), {
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

asRoot("a configuration that its user can't read is refused, with what lets them", async (t) => {
  await using home = await makeHome();
  const program = { node: "/", main: "/" };
  const refused = async () => {
    const asked = requireReadable(home.config, program, ada);
    return await t.throwsAsync(asked, { instanceOf: AutodError });
  };
  t.regex((await refused())?.hint ?? "", /: sudo chmod o\+x \/tmp\/[\w-]+$/);
  await chmod(home.folder, 0o755);
  await chmod(home.configFile, 0o600);
  t.regex((await refused())?.hint ?? "", /^Let it: sudo chgrp ada .* && sudo chmod g\+r /);
  await chmod(home.configFile, 0o644);
  await t.notThrowsAsync(requireReadable(home.config, program, ada));
});

asRoot(
  "folders of root's are given away while they are empty, and what can't be used is named",
  async (t) => {
    await using home = await makeHome();
    await chmod(home.folder, 0o755);
    await writeFile(join(home.archive, "filed.pdf"), "");
    const { dataDir, logs } = home.config;
    const findings = await giveFolders(home.config, ada);
    for (const path of [home.inbox, home.quarantine, dataDir, logs.dir]) {
      t.is((await stat(path)).uid, ada.uid, path);
    }
    t.is((await stat(dataDir)).mode & 0o777, 0o700);
    t.is((await stat(home.archive)).uid, 0);
    t.deepEqual(
      findings.map(({ state, hint }) => [state, hint]),
      [["warning", `sudo chown -R ada: ${home.archive}`]],
    );
  },
);

asRoot("folders of somebody else's are left to them", async (t) => {
  await using home = await makeHome();
  await chmod(home.folder, 0o755);
  await chown(home.inbox, 4_002, 4_002);
  const findings = await giveFolders(home.config, ada);
  t.is((await stat(home.inbox)).uid, 4_002);
  t.is(findings.length, 1);
});

asRoot(
  "a folder that lies where the user can't come is told of with what is in the way",
  async (t) => {
    await using home = await makeHome();
    const shut = join(home.folder, "it's shut");
    await mkdir(shut, { mode: 0o700 });
    await chmod(home.folder, 0o755);
    const [folder] = home.config.folders;
    if (!folder) return t.fail();
    const inbox = join(shut, "Inbox");
    await mkdir(inbox);
    const findings = await giveFolders({ ...home.config, folders: [{ ...folder, inbox }] }, ada);
    t.is(findings[0]?.message, `ada is shut out of ${shut}, in which ${inbox} lies`);
    t.is(findings[0]?.hint, `sudo chmod o+x '${shut.replace("'", String.raw`'\''`)}'`);
  },
);

asRoot("what is away is waited for, and not made", async (t) => {
  await using home = await makeHome();
  await chmod(home.folder, 0o755);
  const [folder] = home.config.folders;
  if (!folder) return t.fail();
  const archive = join(home.folder, "away/Archive");
  const findings = await giveFolders({ ...home.config, folders: [{ ...folder, archive }] }, ada);
  t.deepEqual(findings, []);
  await t.throwsAsync(stat(archive), { code: "ENOENT" });
});
