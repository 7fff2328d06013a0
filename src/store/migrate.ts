import { VERSION } from "./record.ts";
import { versionOf } from "./snapshot.ts";

/** Turns a store of one version into one of the next. */
export type Migration = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** Migrations by the version that each begins with; the first version has none before it. */
export type Migrations = Readonly<Record<number, Migration>>;

export const migrations: Migrations = {};

/** Whether a version is an older one that there is a way from. */
export const isOlder = (version: number | undefined, ways: Migrations): version is number =>
  version !== undefined && version < VERSION && Object.hasOwn(ways, version);

/** Turns a store of an older version into one of today, step by step. */
export function migrate(data: unknown, version: number, ways: Migrations): unknown {
  let now = data as Readonly<Record<string, unknown>>;
  for (let at = version; at < VERSION; at += 1) now = { ...ways[at]?.(now), version: at + 1 };
  return now;
}

/** What is of an older version as one of today; all else as it is. */
export function upToDate(data: unknown): unknown {
  const version = versionOf(data);
  return isOlder(version, migrations) ? migrate(data, version, migrations) : data;
}
