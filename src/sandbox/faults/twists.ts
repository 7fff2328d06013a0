/** How a response ends. */
export interface Ending {
  readonly status: "completed" | "incomplete" | "failed";
  /** Why it is incomplete. */
  readonly reason?: "max_output_tokens" | "content_filter";
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Whether what the model says is a refusal. */
  readonly refused?: true;
}

/** A response that is taken and billed, and ends otherwise than it would. */
export interface Twist {
  /** What the model says in place of its answer. */
  readonly say: (answer: string) => string;
  /** Null where it ends as it would. */
  readonly ending: Ending | null;
  /** Whether it is made at once, though it was asked for in the background. */
  readonly atOnce?: true;
}

/** The model declines. */
export const refusal: Twist = {
  say: () => "I'm sorry, but I can't assist with that request.",
  ending: { status: "completed", refused: true },
};

/** It stops in the middle of its answer. */
export const incomplete = (reason: "max_output_tokens" | "content_filter"): Twist => ({
  say: (answer) => answer.slice(0, answer.length / 2),
  ending: { status: "incomplete", reason },
});

/** It fails on the way, with one of the codes that a response's error may have. */
export const failed = (code: string): Twist => ({
  say: () => "",
  ending: {
    status: "failed",
    error: { code, message: "An error occurred while processing your request." },
  },
});

/** It answers at once, as servers do that don't know of the background. */
export const atOnce: Twist = { say: (answer) => answer, ending: null, atOnce: true };

/** It answers in JSON that isn't what was asked for: the first property has another name. */
export const invalid: Twist = { say: misname, ending: { status: "completed" } };

function misname(answer: string): string {
  const [[, first] = [], ...rest] = entriesOf(answer);
  return JSON.stringify({ unexpected: first ?? answer, ...Object.fromEntries(rest) });
}

function entriesOf(answer: string): [string, unknown][] {
  try {
    return Object.entries(JSON.parse(answer) as object);
  } catch {
    return [];
  }
}
