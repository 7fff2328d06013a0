import { z } from "zod";
import type { Pause } from "../intake/pause.ts";
import type { Shift } from "../shift.ts";
import type { Audience } from "../socket/audience.ts";
import type { Answers, Question } from "../socket/serve.ts";
import type { DaemonState, Reloaded } from "../state.ts";
import { pieces } from "../store/pieces.ts";
import { checkRecords } from "../store/transfer.ts";
import { AutodError } from "../errors.ts";
import type { Desk } from "./desk.ts";
import { orders } from "./orders.ts";
import { type Reruns, rerunWish } from "./reruns.ts";

export interface AnswersSettings {
  readonly shift: () => Pick<Shift, "config" | "folders" | "intake">;
  readonly state: () => DaemonState;
  readonly pausing: Pause;
  readonly reload: () => Promise<Reloaded>;
  readonly desk: Desk;
  readonly reruns: Reruns;
  readonly audience: Pick<Audience, "listen">;
}

/** All that the running autod answers (docs/socket.md). */
export function answersOf(settings: AnswersSettings): Answers {
  const { shift, state, pausing, reload, desk, reruns, audience } = settings;
  return {
    "GET /v1/state": state,
    "GET /v1/folders": () => {
      const { config, folders } = shift();
      return config.folders.map(({ name }) => ({ name, watching: folders.watching(name) }));
    },
    "GET /v1/rest": ({ query }) => shift().intake.restOf(query.get("path") ?? ""),
    "GET /v1/events": ({ signal }) => audience.listen(signal),

    "POST /v1/pause": async () => {
      await pausing.begin();
      return state();
    },
    "POST /v1/resume": async () => {
      await pausing.end();
      return state();
    },
    "POST /v1/reload": reload,

    "POST /v1/accept": async (one) =>
      await desk.accept(await read(one, orders.accept.order), one.signal),
    "POST /v1/edit": async (one) => await desk.edit(await read(one, orders.edit.order), one.signal),
    "POST /v1/reject": async (one) =>
      await desk.reject(await read(one, orders.reject.order), one.signal),
    "POST /v1/retry": async (one) =>
      await desk.retry(await read(one, orders.retry.order), one.signal),
    "POST /v1/undo": async (one) => await desk.undo(await read(one, orders.undo.order), one.signal),
    "POST /v1/forget": async (one) =>
      await desk.forget(await read(one, orders.forget.order), one.signal),
    "POST /v1/import": async ({ body }) =>
      await desk.import(await checkRecords(pieces(body, "what was sent"))),
    "POST /v1/offer": async (question) => await reruns.offer(await read(question, rerunWish)),
    "POST /v1/rerun": async (question) =>
      await reruns.read(await read(question, rerunWish.extend({ apply: z.boolean() }))),
  };
}

async function read<One>({ json }: Pick<Question, "json">, shape: z.ZodType<One>): Promise<One> {
  const { data, error } = shape.safeParse(await json());
  if (!error) return data;
  throw new AutodError("ARGUMENT_INVALID", `what was sent is wrong: ${z.prettifyError(error)}`);
}
