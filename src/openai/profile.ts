import { createHash } from "node:crypto";
import type { z } from "zod";
import type { Config } from "../config/schema.ts";
import { instructionsFor, requestFor } from "./prompt.ts";
import { answerSchema, type JsonSchema, strictJsonSchema } from "./schema.ts";

/** A configured profile, made ready to ask with. */
export interface Profile {
  /** Its name in the configuration. */
  readonly key: string;
  readonly settings: Config["profiles"][string];
  readonly instructions: string;
  /** What answers are checked against here. */
  readonly answer: z.ZodType;
  /** What the API is told about them. */
  readonly jsonSchema: JsonSchema;
  /** 12 hex digits of the hash of all that an answer depends on. */
  readonly revision: string;
  /** All text that goes out with every request beside the document. */
  readonly prompt: string;
}

/** Makes every configured profile ready, by its name. */
export function prepareProfiles(profiles: Config["profiles"]): ReadonlyMap<string, Profile> {
  const ready = Object.entries(profiles).map(
    ([key, settings]) => [key, prepareProfile(key, settings)] as const,
  );
  return new Map(ready);
}

/** The profile that a record names; the default one for a name that left the configuration. */
export function profileNamed(profiles: ReadonlyMap<string, Profile>, key: string): Profile {
  const profile = profiles.get(key) ?? profiles.get("default");
  if (!profile) throw new Error(`no profile ${key}`);
  return profile;
}

/** Makes a profile ready. */
export function prepareProfile(key: string, settings: Config["profiles"][string]): Profile {
  const instructions = instructionsFor(settings);
  const answer = answerSchema(settings);
  const jsonSchema = strictJsonSchema(answer);
  const { model, serviceTier, detail } = settings;
  const revision = createHash("sha256")
    .update(JSON.stringify([model, serviceTier, detail, instructions, jsonSchema]))
    .digest("hex")
    .slice(0, 12);
  const prompt = [instructions, requestFor(settings), JSON.stringify(jsonSchema)].join("\n");
  return { key, settings, instructions, answer, jsonSchema, revision, prompt };
}
