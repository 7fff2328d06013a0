import test from "ava";
import { NotFoundError } from "openai";
import { open } from "./opened.ts";

const november = () => Date.UTC(2026, 10, 22);

test("lists the models that are open, as its own", async (t) => {
  await using opened = await open({ now: november });
  const { data } = await opened.client.models.list();
  const ids = data.map(({ id }) => id);
  t.true(ids.includes("gpt-5.6-luna"));
  t.true(ids.includes("gpt-5"));
  t.false(ids.includes("gpt-4-turbo"));
  t.true(data.every((model) => model.owned_by === "autod-sandbox"));
});

test("knows a model by its snapshot too", async (t) => {
  await using opened = await open({ now: november });
  const { id, object } = await opened.client.models.retrieve("gpt-5-2025-08-07");
  t.deepEqual({ id, object }, { id: "gpt-5-2025-08-07", object: "model" });
});

const refuses = test.macro({
  title: (_, model: string) => `refuses ${model}`,
  async exec(t, model: string, message: RegExp, now: () => number = november) {
    await using opened = await open({ now });
    const error = await t.throwsAsync<NotFoundError>(opened.client.models.retrieve(model), {
      instanceOf: NotFoundError,
      message,
    });
    t.is(error?.code, "model_not_found");
    t.is(error?.param, "model");
  },
});

test(refuses, "gpt-99", /does not exist/);
test(refuses, "gpt-4-turbo", /retired on 2026-10-23/);
test(refuses, "o4-mini", /retired on 2026-10-23/);
test(refuses, "gpt-4.1-nano", /retired on 2026-10-23/);
test(refuses, "gpt-5-mini", /retired on 2026-12-11/, () => Date.UTC(2026, 11, 11));
