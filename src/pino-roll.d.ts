declare module "pino-roll" {
  import type { SonicBoom, SonicBoomOpts } from "sonic-boom";

  /** What its documentation promises; the package brings no types. */
  export default function roll(
    options: SonicBoomOpts & {
      readonly file: string;
      readonly extension?: string;
      readonly size?: string;
      readonly frequency?: "daily" | "hourly" | number;
      readonly dateFormat?: string;
      readonly limit?: { readonly count?: number; readonly removeOtherLogFiles?: boolean };
    },
  ): Promise<SonicBoom>;
}
