import { openRoots, type Roots } from "../../src/intake/roots.ts";
import type { Home } from "./home.ts";

/** The roots of a home, as they are looked at by what only looks. */
export const rootsOf = ({ config }: Pick<Home, "config">): Roots =>
  openRoots(config, { remembers: false });
