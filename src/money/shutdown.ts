import { z } from "zod";
import { familyOf } from "./prices.ts";

/** A model that will not answer for long, or doesn't any more. */
export const shutdown = z.object({
  model: z.string(),
  /** The day from which it answers nothing (YYYY-MM-DD, UTC). */
  date: z.iso.date(),
  /** Whole days left; 0 or less once it is gone. */
  days: z.int(),
});

export type Shutdown = z.infer<typeof shutdown>;

/** So many days before a model is shut down it is told of. */
const NOTICE = 60;
const DAY = 86_400_000;

/** Tells of a model whose end is near, as far as that was announced. */
export function shutdownOf(model: string, now = new Date()): Shutdown | null {
  const date = announced.get(model) ?? announced.get(familyOf(model));
  if (date === undefined) return null;
  const days = Math.ceil((Date.parse(date) - now.getTime()) / DAY);
  return days > NOTICE ? null : { model, date, days };
}

/** The same of all models that profiles name, the next to go first. */
export const shutdownsOf = (
  profiles: Iterable<{ readonly model: string }>,
  now = new Date(),
): Shutdown[] =>
  [...new Set([...profiles].map(({ model }) => model))]
    .flatMap((model) => shutdownOf(model, now) ?? [])
    .toSorted((a, b) => a.days - b.days);

/** For eyes. */
export function shutdownWords({ model, date, days }: Shutdown): string {
  if (days <= 0) return `${model} was shut down on ${date}`;
  return `${model} is shut down on ${date}, in ${days} ${days === 1 ? "day" : "days"}`;
}

/** What can be done about it. */
export const shutdownHint =
  "Name another model in the profile; autod estimate says what that would cost.";

/** The shut-downs that OpenAI had announced by 2026-11-13 (https://developers.openai.com/api/docs/deprecations). */
const announced: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "2025-07-28": "o1-preview",
    "2025-10-27": "o1-mini",
    "2026-07-23": "gpt-5.1-codex gpt-5.1-chat-latest gpt-5-chat-latest",
    "2026-08-10": "gpt-5.3-chat-latest gpt-5.2-chat-latest",
    "2026-10-23":
      "gpt-4.1-nano o4-mini o3-mini o1 gpt-4o-2024-05-13 gpt-4-turbo gpt-4-1106-preview gpt-4 gpt-4-0613 gpt-3.5-turbo gpt-3.5-turbo-0125",
    "2026-12-11": "gpt-5 gpt-5-mini gpt-5-nano gpt-5-pro o3",
    "2027-01-14": "gpt-4.1 gpt-4.1-mini gpt-4o gpt-4o-mini",
    "2027-04-01": "gpt-5.4-nano gpt-5.1",
  }).flatMap(([date, models]) => models.split(" ").map((model) => [model, date] as const)),
);
