import { ApiError, invalidValue } from "./api-error.ts";
import type { Files, NewFile, StoredFile } from "./files.ts";
import type { Route } from "./routes.ts";
import { receiveUpload, type Upload } from "./upload.ts";

const purposes = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"];
const HOUR = 3600;
const MONTH = 30 * 24 * HOUR;
const MAX_PAGE = 10_000;

/** The endpoints of the Files API. */
export function fileRoutes(files: Files): readonly Route[] {
  const find = (id: string): StoredFile => {
    const file = files.find(id);
    if (!file) throw new ApiError(404, `No such File object: ${id}`, { param: "id" });
    return file;
  };
  return [
    {
      method: "POST",
      path: "/v1/files",
      handle: async ({ request }) => ok(toObject(files.add(check(await receiveUpload(request))))),
    },
    {
      method: "GET",
      path: "/v1/files",
      handle: ({ query }) => ok(page(files.all(), query)),
    },
    { method: "GET", path: "/v1/files/:id", handle: (_, id) => ok(toObject(find(id))) },
    {
      method: "DELETE",
      path: "/v1/files/:id",
      handle: (_, id) => ok({ id: find(id).id, object: "file", deleted: files.remove(id) }),
    },
  ];
}

const ok = (body: unknown) => ({ status: 200, body });

function check({ fields, file }: Upload): NewFile {
  if (!file) {
    throw new ApiError(400, "'file' is a required property", { param: "file" });
  }
  const purpose = oneOf("purpose", fields.get("purpose"), purposes);
  const { name: filename, type, content } = file;
  return { filename, type, content, purpose, lifetime: lifetimeOf(fields) };
}

function lifetimeOf(fields: Upload["fields"]): number | null {
  const anchor = fields.get("expires_after[anchor]");
  const seconds = fields.get("expires_after[seconds]");
  if (anchor === undefined && seconds === undefined) return null;
  oneOf("expires_after[anchor]", anchor, ["created_at"]);
  return wholeNumber("expires_after[seconds]", seconds, HOUR, MONTH);
}

function page(all: readonly StoredFile[], query: URLSearchParams) {
  const purpose = query.get("purpose");
  const order = oneOf("order", query.get("order") ?? "desc", ["asc", "desc"]);
  const limit = wholeNumber("limit", query.get("limit") ?? String(MAX_PAGE), 1, MAX_PAGE);
  const wanted = all.filter((file) => purpose === null || file.purpose === purpose);
  const sorted = order === "asc" ? wanted : wanted.toReversed();
  const after = query.get("after");
  const start = after === null ? 0 : sorted.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) throw invalidValue("after", `No such File object: ${after}`);
  const data = sorted.slice(start, start + limit).map(toObject);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + limit < sorted.length,
  };
}

function oneOf(param: string, value: string | undefined, members: readonly string[]): string {
  if (value !== undefined && members.includes(value)) return value;
  const listed = members.map((member) => `'${member}'`).join(", ");
  throw invalidValue(param, `Invalid value for '${param}': expected one of ${listed}.`);
}

function wholeNumber(param: string, value: string | undefined, least: number, most: number) {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw invalidValue(param, `Invalid '${param}': expected an integer from ${least} to ${most}.`);
}

function toObject({ id, filename, purpose, content, createdAt, expiresAt }: StoredFile) {
  return {
    id,
    object: "file",
    bytes: content.length,
    created_at: createdAt,
    filename,
    purpose,
    status: "processed",
    status_details: null,
    expires_at: expiresAt,
  };
}
