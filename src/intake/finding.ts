import { z } from "zod";

/** Something that was looked at, how it is, and what can be done where it isn't well. */
export const finding = z.object({
  about: z.string(),
  state: z.enum(["well", "warning", "fault"]),
  message: z.string(),
  hint: z.string().nullable(),
});

export type Finding = z.infer<typeof finding>;

export const well = (about: string, message: string): Finding => ({
  about,
  state: "well",
  message,
  hint: null,
});
export const warning = (about: string, message: string, hint: string): Finding => ({
  about,
  state: "warning",
  message,
  hint,
});
export const fault = (about: string, message: string, hint: string): Finding => ({
  about,
  state: "fault",
  message,
  hint,
});
