/**
 * Node's HTTP. Whoever imports it has all of its names read; one of them is a client of another kind, which takes
 * 13 MB and is of no use here.
 */
export const http = (): typeof import("node:http") => process.getBuiltinModule("node:http");
