import { AutodError } from "../errors.ts";
import { fault, type Finding, warning, well } from "../intake/finding.ts";
import { aboutLinger } from "./install.ts";
import { type Around, openSupervisor } from "./open.ts";
import { type ServiceState, stateOf } from "./state.ts";

/** Looks at the services of this machine that run autod: the user's own and the system's. Changes nothing. */
export async function checkService(around: Looking): Promise<Finding[]> {
  const states = [await look(false, around)];
  if ((around.platform ?? process.platform) !== "darwin") states.push(await look(true, around));
  const installed = states.filter((one) => one?.installed);
  if (installed.length > 0) return installed.flatMap((one) => (one ? findingsIn(one) : []));
  return [well(ABOUT, "none is installed; autod run works in the foreground")];
}

/** Where and as whom, and the Node that would be written down now. */
type Looking = Around & { readonly node: string };

const ABOUT = "service";

/** Null where there is no manager to ask. */
async function look(isSystem: boolean, around: Looking): Promise<ServiceState | null> {
  try {
    const { supervisor } = await openSupervisor(isSystem, around);
    return await stateOf(supervisor, around);
  } catch (error) {
    if (error instanceof AutodError && error.code === "SERVICE_REFUSED") return null;
    throw error;
  }
}

/** What there is to say of a service that is installed. */
export function findingsIn(state: ServiceState): Finding[] {
  const { active, ended, restarts, gone, stale, system, manager, file, lingers, enabled } = state;
  const flag = system ? " --system" : "";
  const mend = `${system ? "sudo " : ""}autod service install${flag} mends it.`;
  const logs = `autod service logs${flag} shows what it said.`;
  const again = restarts ? `, started again ${restarts} ${restarts === 1 ? "time" : "times"}` : "";
  return [
    active === "failed"
      ? fault(ABOUT, `it failed: ${ended ?? "nobody says why"}`, logs)
      : active === "active"
        ? well(ABOUT, `it runs under ${manager}${again}`)
        : warning(
            ABOUT,
            `it is installed, but ${active}`,
            `${system ? "sudo " : ""}autod service start${flag}`,
          ),
    ...(gone === null ? [] : [fault(ABOUT, `what it starts is gone: ${gone}`, mend)]),
    ...(stale === null ? [] : [warning(ABOUT, `${file}: ${stale}`, mend)]),
    ...(enabled ? [] : [warning(ABOUT, "it isn't started by itself", mend)]),
    ...aboutLinger(lingers),
  ];
}
