import { showUsd } from "../money/amount.ts";
import { showUnseen } from "../unseen.ts";
import type { Bundle } from "./gathering.ts";
import type { News } from "./news.ts";
import type { Notification } from "./notification.ts";
import type { DaySummary } from "./summary.ts";

type Words = Pick<Notification, "title" | "text">;

/** What is said of news that are told as one, on a line each. */
export function wordsFor({ count, first }: Bundle): Words {
  const [one] = first;
  if (!one) throw new Error("there is nothing to tell of");
  const { few, many, next } = sayings[one.occasion];
  if (count === 1) {
    const advice = one.error?.hint ?? next;
    const why = one.error ? `${short(one.error.message, LONGEST)} (${one.error.code}). ` : "";
    return safe(few(one), `${short(one.name)}: ${why}${advice}`);
  }
  const named = first.slice(0, NAMED).map(({ name, error }) => {
    const code = error ? ` (${error.code})` : "";
    return `${short(name)}${code}`;
  });
  const others = count > named.length ? ` and ${count - named.length} more` : "";
  return safe(many(count), `${named.join(", ")}${others}. ${next}`);
}

interface Saying {
  readonly few: (news: News) => string;
  readonly many: (count: number) => string;
  /** What to do, where the error itself doesn't say. */
  readonly next: string;
}

const sayings: Readonly<Record<News["occasion"], Saying>> = {
  quarantine: {
    few: () => "1 document in quarantine",
    many: (count) => `${count} documents in quarantine`,
    next: "autod list --status quarantined shows them.",
  },
  review: {
    few: () => "1 document to look at",
    many: (count) => `${count} documents to look at`,
    next: "autod review shows what, and why.",
  },
  blocked: {
    few: ({ name }) => `${name} is blocked`,
    many: (count) => `${count} servers or profiles are blocked`,
    next: "autod status says why.",
  },
  budget: {
    few: () => "the budget is used up",
    many: (count) => `the budget of ${count} folders is used up`,
    next: "autod status says until when.",
  },
  offline: {
    few: ({ name }) => `nothing is taken from ${name}`,
    many: (count) => `nothing is taken from ${count} folders`,
    next: "autod status says why.",
  },
  well: {
    few: ({ name }) => `${name} is well again`,
    many: (count) => `${count} troubles are over`,
    next: "autod status says how it goes on.",
  },
  fault: {
    few: ({ isLast, name }) => (isLast ? "ended by a fault" : `a fault in ${name}`),
    many: (count) => `${count} faults`,
    next: "autod doctor says what to do.",
  },
};

/** What is said of a day. */
export function wordsForDay(day: DaySummary): Words {
  const { came, became, duplicates, waiting, review, quarantined } = day;
  const needy = review + quarantined;
  const title = `${came === 1 ? "1 document" : `${came} documents`} came${needy > 0 ? `, ${needy} need you` : ""}`;
  const parts = [
    ...(became.archived > 0 ? [`${became.archived} filed`] : []),
    ...(duplicates > 0 ? [`${duplicates} known already`] : []),
    ...(review > 0 ? [`${review} to look at (autod review)`] : []),
    ...(quarantined > 0 ? [`${quarantined} in quarantine (autod list --status quarantined)`] : []),
    ...(waiting > 0 ? [`${waiting} waiting (autod status)`] : []),
  ];
  const counts = parts.length === 0 ? "" : `${parts.join(", ")}. `;
  return safe(title, `${counts}Cost: ${costOf(day.day)}, this month ${costOf(day.month)}.`);
}

const costOf = ({ costUsd, possibleUsd, capUsd }: DaySummary["day"]): string =>
  showUsd(costUsd) +
  (possibleUsd === "0" ? "" : ` (possibly ${showUsd(possibleUsd)} more)`) +
  (capUsd === null ? "" : ` of ${showUsd(capUsd)}`);

/** What is said where somebody tries whether they are told. */
export const wordsForTest: Words = {
  title: "autod: a test",
  text: "This is how autod tells you that it needs you. Nothing is the matter.",
};

/** So many are named. */
const NAMED = 5;
/** Characters of a message. */
const LONGEST = 300;

/** A word of someone else's, on one line and not for ever long. */
function short(text: string, most = 80): string {
  const characters = Array.from(text.replaceAll(/\s+/g, " ").trim());
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most).join("")}…`;
}

/** Programs take a word that begins so for an option, or for a file that they are to send. */
const safe = (title: string, text: string): Words => ({
  title: showUnseen(`autod: ${title}`),
  text: showUnseen(text).replace(/^(?=[-@<])/, "./"),
});
