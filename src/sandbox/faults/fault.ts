import type { Answer, Call } from "../exchange.ts";
import type { Twist } from "./twists.ts";

/**
 * What happens to a request that meets it. `take` does what is asked, bills it, and never throws; a fault that
 * doesn't call it leaves nothing done.
 */
export type Fault = (call: Call, take: Take) => Outcome | Promise<Outcome>;

export type Take = (twist?: Twist) => Promise<Answer>;

/** What comes back: an answer; or the line breaks; or it stands, and nothing is ever said. */
export type Outcome = Answer | "broken" | "silent";
