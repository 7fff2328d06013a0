import type { Extraction } from "../extraction.ts";
import { isCalendarDate } from "./calendar.ts";
import { type Doubt, quoted } from "./check.ts";
import type { Standard } from "./standard.ts";

type Fields = Extraction["fields"];
type FieldSettings = Standard["settings"]["fields"][string];

/** The values of a profile's own fields. */
interface Own {
  /** One for each field of the profile, and no other; undefined where it has no fields. */
  readonly fields: Fields;
  readonly doubts: readonly Doubt[];
}

/** Keeps the values that are what the profile asks for; the rest is null, or an empty list. */
export function keepOwn(read: Fields, wanted: Standard["settings"]["fields"]): Own {
  const doubts: Doubt[] = [];
  const doubt = (field: string, message: string) => {
    doubts.push({ field, code: "FIELD_WRONG", message });
  };
  const kept = Object.entries(wanted).map(([name, settings]) => {
    const value = read && Object.hasOwn(read, name) ? read[name] : undefined;
    const nothing = settings.list ? [] : null;
    if (value === undefined) {
      doubt(name, "it is missing");
      return [name, nothing] as const;
    }
    if (settings.list && !Array.isArray(value)) {
      doubt(name, `${quoted(value)} is no list`);
      return [name, nothing] as const;
    }
    if (!settings.list && value === null) return [name, null] as const;

    const members: readonly unknown[] = settings.list ? (value as unknown[]) : [value];
    const wrong = members.filter((member) => !fits(member, settings));
    if (wrong.length === 0) return [name, value] as const;
    doubt(name, `${quoted(wrong[0])} is no ${wordFor(settings)}`);
    const right = members.filter((member) => fits(member, settings));
    return [name, settings.list ? right : null] as const;
  });
  return { fields: kept.length > 0 ? Object.fromEntries(kept) : undefined, doubts };
}

function fits(value: unknown, { type, values = [] }: FieldSettings): boolean {
  if (type === "number") return Number.isFinite(value);
  if (type === "boolean") return typeof value === "boolean";
  if (typeof value !== "string") return false;
  if (type === "date") return isCalendarDate(value);
  return type === "string" || values.includes(value);
}

const wordFor = ({ type, values = [] }: FieldSettings): string =>
  type === "enum" ? `value of ${quoted(values.join(", "))}` : type;
