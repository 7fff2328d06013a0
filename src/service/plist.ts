import { build, parse, type PlistValue } from "plist";

/** The property list of an agent of launchd, by key. */
export type Agent = Readonly<Record<string, PlistValue>>;

/** A property list with the values of some keys replaced. Its comments are gone. */
export const fillPlist = (template: string, values: Agent): string =>
  `${build({ ...readPlist(template), ...values })}\n`;

/** Throws where the text is no property list with keys. */
export function readPlist(text: string): Agent {
  const list = parsed(text);
  if (typeof list !== "object" || list === null || Array.isArray(list)) {
    throw new Error("the property list has no keys");
  }
  return list as Agent;
}

function parsed(text: string): PlistValue {
  try {
    return parse(text);
  } catch (cause) {
    // What the parser throws is no Error.
    throw new Error("the text is no property list", { cause });
  }
}
