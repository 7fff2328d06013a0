interface Details {
  readonly code?: string | null;
  /** The parameter that is at fault, as a path ("text.format.name"). */
  readonly param?: string | null;
  readonly type?: string;
}

/** An error as the API answers it: a status, and `{error: {message, type, param, code}}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: { readonly error: object };

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    const { type = "invalid_request_error", param = null, code = null } = details;
    this.body = { error: { message, type, param, code } };
  }
}

/** A value that the API doesn't take for a parameter. */
export function invalidValue(param: string, message: string): ApiError {
  return new ApiError(400, message, { param, code: "invalid_value" });
}
