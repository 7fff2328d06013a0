/** Tried in this order where a string must match a pattern. */
const strings = [
  "",
  "0",
  "a",
  "A",
  "abc",
  "ABC",
  "en",
  "EUR",
  "0.00",
  "1970-01-01",
  "00:00",
  "a@b.cd",
];

const formats: Readonly<Record<string, string>> = {
  date: "1970-01-01",
  time: "00:00:00Z",
  "date-time": "1970-01-01T00:00:00Z",
  duration: "P0D",
  email: "nobody@example.com",
  hostname: "example.com",
  ipv4: "127.0.0.1",
  ipv6: "::1",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** The value that says least, for a schema of one plain type. */
export function plainest(schema: { readonly [keyword: string]: unknown }): unknown {
  switch (schema.type) {
    case "string":
      return plainestString(schema);
    case "integer":
    case "number":
      return plainestNumber(schema as Readonly<Record<string, number>>, schema.type === "integer");
    case "boolean":
      return false;
    default:
      return null;
  }
}

function plainestString({ format, pattern }: { readonly [keyword: string]: unknown }): string {
  if (typeof format === "string") return formats[format] ?? "";
  if (typeof pattern !== "string") return "";
  const right = new RegExp(pattern, "u");
  return strings.find((text) => right.test(text)) ?? "";
}

function plainestNumber(schema: Readonly<Record<string, number>>, whole: boolean): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const step = multipleOf ?? (whole ? 1 : 0.5);
  const least = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
  const most = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
  if (least > 0 || (least === 0 && exclusiveMinimum === 0)) {
    const up = Math.ceil(least / step) * step;
    return up === exclusiveMinimum ? up + step : up;
  }
  if (most < 0 || (most === 0 && exclusiveMaximum === 0)) {
    const down = Math.floor(most / step) * step;
    return down === exclusiveMaximum ? down - step : down;
  }
  return 0;
}
