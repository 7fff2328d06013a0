import test from "ava";
import type { Bundle } from "../../src/notify/gathering.ts";
import { type News, newsIn } from "../../src/notify/news.ts";
import { wordsFor, wordsForDay } from "../../src/notify/words.ts";
import { unprintable } from "../helpers/hostile.ts";
import { blocked, exhausted, fatal, logLine, offline, quarantined } from "./lines.ts";

const bundleOf = (...lines: readonly string[]): Bundle => {
  const first = lines.map((line) => newsIn(line) as News);
  return { count: first.length, first };
};

const isSaid = test.macro({
  exec: (t, line: string, occasion: News["occasion"], title: string, text: string) => {
    t.is((newsIn(line) as News).occasion, occasion);
    t.deepEqual(wordsFor(bundleOf(line)), { title, text });
  },
  title: (_, __, ...said) => `is told of: ${said.join(": ")}`,
});

test(
  isSaid,
  quarantined(),
  "quarantine",
  "autod: 1 document in quarantine",
  "scan.pdf: the PDF needs a password (PDF_PASSWORD). Save a copy without it; or set passwords in the profile, then autod retry 3f2a9c01b7de.",
);
test(
  isSaid,
  logLine({
    event: "document.review",
    path: "/home/jane/Inbox/bill.pdf",
    error: { code: "ISSUER_IS_ME", message: "the issuer is Jane Doe" },
  }),
  "review",
  "autod: 1 document to look at",
  "bill.pdf: the issuer is Jane Doe (ISSUER_IS_ME). autod review shows what, and why.",
);
test(
  isSaid,
  blocked(),
  "blocked",
  "autod: server openai is blocked",
  "server openai: the API doesn't take the key (KEY_REJECTED). The API key is wrong or revoked; put a valid one where the configuration says, and start autod run again.",
);
test(
  isSaid,
  exhausted,
  "budget",
  "autod: the budget is used up",
  "folder scans: the day's budget of $2 is used up (BUDGET_EXHAUSTED). The budget is used up; the document waits until the day or month turns, or until the cap is raised.",
);
test(
  isSaid,
  offline(),
  "offline",
  "autod: nothing is taken from folder scans",
  "folder scans: /home/jane/Inbox doesn't exist (FOLDER_MISSING). Make the folder, or mount the disk that it lies on; nothing is made there by itself.",
);
test(
  isSaid,
  logLine({
    level: "error",
    folder: "scans",
    error: { code: "DISK_FULL", message: "/home/jane/Archive has no room left" },
    msg: "no room: nothing is taken",
  }),
  "offline",
  "autod: nothing is taken from folder scans",
  "folder scans: /home/jane/Archive has no room left (DISK_FULL). Make room on the disk; work goes on by itself.",
);
test(
  isSaid,
  logLine({
    level: "error",
    error: { code: "STORE_DAMAGED", message: "the journal is damaged" },
    msg: "store damaged",
  }),
  "fault",
  "autod: a fault in the store",
  "the store: the journal is damaged (STORE_DAMAGED). autod doctor says what to do.",
);
test(
  isSaid,
  fatal,
  "fault",
  "autod: ended by a fault",
  "autod: x is not a function (INTERNAL). This is a fault in autod, not in the document; please report it with the log line.",
);

for (const line of [
  logLine({ level: "info", event: "daemon.stopped", msg: "autod stopped" }),
  logLine({ level: "info", event: "document.archived", path: "/home/jane/Inbox/scan.pdf" }),
  logLine({ msg: "notification failed", error: { message: "beep: it ended with 1" } }),
  logLine({ event: "document.waiting", error: { code: "API_BUSY", message: "busy" } }),
]) {
  test(`nobody is told of ${line.trim()}`, (t) => {
    t.is(newsIn(line), null);
  });
}

test("a document whose end a start had to finish is told of by where it stands", (t) => {
  const line = { event: "document.review", id: "3f2a9c01b7de", filedAs: "/home/_review/bill.pdf" };
  const { text } = wordsFor(bundleOf(logLine(line)));
  t.is(text, "bill.pdf: autod review shows what, and why.");
});

test("of several five are named, and how many there are is said", (t) => {
  const names = ["a", "b", "c", "d", "e", "f"].map((name) => quarantined(`${name}.pdf`));
  t.deepEqual(wordsFor({ ...bundleOf(...names), count: 12 }), {
    title: "autod: 12 documents in quarantine",
    text: "a.pdf (PDF_PASSWORD), b.pdf (PDF_PASSWORD), c.pdf (PDF_PASSWORD), d.pdf (PDF_PASSWORD), e.pdf (PDF_PASSWORD) and 7 more. autod list --status quarantined shows them.",
  });
});

for (const name of [
  "-rf.pdf",
  "@.ssh.pdf",
  "<b>.pdf",
  "  -x.pdf",
  "\u001b[2J.pdf",
  "a\u202efdp.exe",
]) {
  test(`a name can neither be an option, nor hide: ${JSON.stringify(name)}`, (t) => {
    const { text, title } = wordsFor(bundleOf(quarantined(name)));
    t.notRegex(`${title}${text}`, unprintable);
    t.regex(text, /^[^-@<\s]/);
  });
}

test("a name or a message that goes on for ever is cut off", (t) => {
  const long = logLine({
    event: "document.quarantined",
    path: `/${"é".repeat(120)}.pdf`,
    error: { code: "ANSWER_FAILED", message: "very ".repeat(10_000) },
  });
  t.true(wordsFor(bundleOf(long)).text.length < 600);
});

test("a day is told of in numbers, with what it cost", (t) => {
  const cost = { costUsd: "0.02", possibleUsd: "0", capUsd: "2" };
  const became = { processing: 0, archived: 12, review: 1, quarantined: 1, waiting: 0, undone: 0 };
  const [since, until] = ["2026-11-28T00:00:00.000Z", "2026-11-29T00:00:00.000Z"];
  const day = { since, until, came: 14, became, duplicates: 2, waiting: 3, review: 1 };
  t.deepEqual(
    wordsForDay({
      ...day,
      quarantined: 2,
      day: cost,
      month: { costUsd: "0.41", possibleUsd: "0.005", capUsd: null },
    }),
    {
      title: "autod: 14 documents came, 3 need you",
      text: "12 filed, 2 known already, 1 to look at (autod review), 2 in quarantine (autod list --status quarantined), 3 waiting (autod status). Cost: $0.02 of $2.00, this month $0.41 (possibly $0.005 more).",
    },
  );
});
