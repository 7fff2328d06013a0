/** A line of the log about a document, a folder or a server, as it is written. */
export const logLine = (fields: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify({ level: "warn", time: "2026-11-29T10:00:00.000Z", ...fields })}\n`;

export const quarantined = (name = "scan.pdf"): string =>
  logLine({
    folder: "scans",
    path: `/home/jane/Inbox/${name}`,
    event: "document.quarantined",
    id: "3f2a9c01b7de",
    error: { code: "PDF_PASSWORD", message: "the PDF needs a password" },
    filedAs: `/home/jane/Quarantine/${name}`,
    msg: "document quarantined",
  });

export const offline = (folder = "scans"): string =>
  logLine({
    level: "error",
    event: "folder.offline",
    folder,
    error: { code: "FOLDER_MISSING", message: "/home/jane/Inbox doesn't exist" },
    msg: "folder offline",
  });

export const online = (folder = "scans"): string =>
  logLine({ level: "info", event: "folder.online", folder, msg: "folder online" });

export const blocked = (code = "KEY_REJECTED"): string =>
  logLine({
    level: "error",
    event: "account.blocked",
    server: "openai",
    error: { code, message: "the API doesn't take the key" },
    msg: "blocked until a person acts",
  });

export const unblocked: string = logLine({
  level: "info",
  event: "account.ok",
  server: "openai",
  error: { code: "KEY_REJECTED", message: "the API doesn't take the key" },
  msg: "no longer blocked",
});

export const exhausted: string = logLine({
  event: "budget.exhausted",
  folder: "scans",
  error: { code: "BUDGET_EXHAUSTED", message: "the day's budget of $2 is used up" },
  msg: "budget used up: nothing is taken",
});

export const roomy: string = logLine({
  level: "info",
  folder: "scans",
  msg: "there is room again",
});

export const fatal: string = logLine({
  level: "fatal",
  event: "daemon.stopped",
  err: { type: "TypeError", message: "x is not a function", stack: "…" },
  msg: "a fault in autod",
});
