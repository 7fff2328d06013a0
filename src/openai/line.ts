import { isErrno } from "../errors.ts";

/** What a person can do about a line that won't stand, where that is a matter of configuration, not of weather. */
export function configurationHint(cause: unknown): string | null {
  if (isErrno(cause, "ERR_SSL_WRONG_VERSION_NUMBER")) {
    return "What is at the server's baseUrl doesn't speak https; check the address and its port.";
  }
  return isUntrusted(cause)
    ? "The server's certificate isn't trusted; check its baseUrl and this machine's clock, or name your own authority's certificate in NODE_EXTRA_CA_CERTS."
    : null;
}

/** Where somebody on the way to the API wants a login. */
export const loginHint =
  "A proxy in the network wants a login first; log in there, or let autod reach the server's baseUrl directly.";

const isUntrusted = (cause: unknown): boolean =>
  /CERT|^UNABLE_TO_|^CRL_|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$/.test(codeOf(cause));

/** What to say of it where its own words mislead. */
export function plainly(cause: unknown): string | null {
  return cause instanceof Error && cause.name === "AbortError" ? "it took too long" : null;
}

/** Whether the line never stood, so that nothing can have been billed. */
export function neverSent(cause: unknown): boolean {
  if (isErrno(cause, "UND_ERR_CONNECT_TIMEOUT")) return true;
  const { syscall = "", message = "" } = cause as Partial<NodeJS.ErrnoException>;
  return (
    ["connect", "getaddrinfo"].includes(syscall) ||
    codeOf(cause).startsWith("ERR_TLS_") ||
    // Node's words for a line that broke while the key was agreed on; its code is any reset's.
    message.includes("before secure TLS connection was established")
  );
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause ? String(cause.code) : "";
