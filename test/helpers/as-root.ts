import test from "ava";

/** Nobody but root may give a file to another user, or have come by sudo. */
export const asRoot = process.getuid?.() === 0 ? test : test.skip;
