declare module "pino-roll" {
  import type { pino } from "pino";

  /** What its documentation promises; the package brings no types. */
  export default function roll(options: {
    readonly file: string;
    readonly extension?: string;
    readonly size?: string;
    readonly frequency?: "daily" | "hourly" | number;
    readonly dateFormat?: string;
    readonly limit?: { readonly count?: number; readonly removeOtherLogFiles?: boolean };
    readonly mkdir?: boolean;
    readonly mode?: number;
    readonly sync?: boolean;
  }): Promise<ReturnType<typeof pino.destination>>;
}
