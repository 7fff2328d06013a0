import { AutodError } from "../../errors.ts";
import type { DocumentRecord } from "../../store/record.ts";
import { failureOf } from "../failure.ts";
import { type Decided, decide, type Deciding } from "./decide.ts";

/** Files a document that was set aside as it was read: what spoke against it was looked at by a person. */
export const acceptDocument = (record: DocumentRecord, deciding: Deciding): Promise<Decided> =>
  decide(record, deciding, ({ status, checks }) => {
    if (status !== "review") return notInReview(status);
    const change = { checks: checks.map((check) => ({ ...check, hard: false })) };
    return {
      decision: { by: "accept", change },
      say: ({ filedAs }) => `is filed as ${filedAs}`,
    };
  });

/** Gives up what was read in a document that was set aside: it goes to quarantine. What it cost stays booked. */
export const rejectDocument = (record: DocumentRecord, deciding: Deciding): Promise<Decided> =>
  decide(record, deciding, ({ id, status }) => {
    if (status !== "review") return notInReview(status);
    const rejected = new AutodError("REJECTED", "what was read was rejected");
    const error = failureOf(rejected, "extract");
    return {
      decision: { by: "reject", change: { extraction: null, checks: [], error } },
      say: ({ filedAs }) =>
        `is in quarantine as ${filedAs}; autod retry ${id} has it read once more, which is paid for`,
    };
  });

const notInReview = (status: DocumentRecord["status"]): string =>
  `it is not in review: it is ${status}`;
