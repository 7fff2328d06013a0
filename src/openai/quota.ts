/** What a server says of an error; servers other than OpenAI's may leave out any of it. */
export interface Said {
  readonly code?: unknown;
  readonly type?: unknown;
  readonly message?: string | null;
}

/** Whether an error means money: no waiting heals it, though it may come like a limit of the rate. */
export const isQuota = ({ code, type, message }: Said): boolean =>
  codes.has(code) || codes.has(type) || words.test(message ?? "");

const codes: ReadonlySet<unknown> = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
]);

/** Whole phrases: limits of the rate name the page for billing too. */
const words =
  /exceeded your current quota|insufficient[ _](?:quota|credit|funds|balance)|credit balance|billing (?:hard )?limit|billing details|spend(?:ing)? limit/i;
