import test from "ava";
import { openCall } from "../../src/service/call.ts";
import { configurationIn } from "../../src/service/plan.ts";
import { openSystemd } from "../../src/service/systemd.ts";
import { templateAt } from "../../src/service/template.ts";

const whose = { user: "ada", home: "/home/ada", env: {}, call: openCall({}) };

test("the unit of a user who copied it by hand names a configuration in their home", async (t) => {
  const { commandIn } = openSystemd({ ...whose, isSystem: false });
  const words = commandIn(await templateAt("systemd/autod-user.service"));
  t.is(configurationIn(words), "/home/ada/.config/autod/autod.yaml");
});

test("a unit lies where its manager looks for it", (t) => {
  const fileOf = (isSystem: boolean, env: NodeJS.ProcessEnv = {}) =>
    openSystemd({ ...whose, env, isSystem }).file;
  t.is(fileOf(true), "/etc/systemd/system/autod.service");
  t.is(fileOf(false), "/home/ada/.config/systemd/user/autod.service");
  t.is(fileOf(false, { XDG_CONFIG_HOME: "/srv/ada" }), "/srv/ada/systemd/user/autod.service");
});
