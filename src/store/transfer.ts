import { z } from "zod";
import { AutodError } from "../errors.ts";
import type { Piece } from "./pieces.ts";
import { type Call, type DocumentRecord, record } from "./record.ts";
import type { Store } from "./store.ts";

/** What became of records that were brought from elsewhere. */
export const transfer = z.object({
  /** The ids of those that are new here, as they are called here. */
  added: z.array(z.string()),
  /** How many were known already, and stay as they are. */
  known: z.int(),
  /** The ids of those whose work isn't done: it is another machine's to finish. */
  open: z.array(z.string()),
  /** Names of fields that this autod doesn't know, and left out. */
  unknownFields: z.array(z.string()),
});

export type Transfer = z.infer<typeof transfer>;

/** Records that were checked, and what in them is not known here. */
export interface Checked {
  readonly records: readonly DocumentRecord[];
  readonly unknownFields: readonly string[];
}

/** Checks every record; throws one ARGUMENT_INVALID that names what is wrong, and where. */
export async function checkRecords(pieces: AsyncIterable<Piece>): Promise<Checked> {
  const records: DocumentRecord[] = [];
  const unknownFields = new Set<string>();
  const faults: string[] = [];
  let wrong = 0;
  for await (const piece of pieces) {
    const found = "fault" in piece ? [piece.fault] : check(piece.value, records, unknownFields);
    if (found.length > 0) wrong += 1;
    if (faults.length < MOST_FAULTS) faults.push(...found.map((one) => `${piece.place}: ${one}`));
  }
  if (wrong === 0) return { records, unknownFields: [...unknownFields] };
  const told = faults.slice(0, MOST_FAULTS);
  const all = wrong === 1 ? "one record is wrong" : `${wrong} records are wrong`;
  throw new AutodError("ARGUMENT_INVALID", [`${all}, so nothing is imported`, ...told].join("\n"), {
    hint: "autod export --format jsonl writes what import takes.",
  });
}

const MOST_FAULTS = 20;

/** What is wrong with a record; one that is sound is added. */
function check(value: unknown, records: DocumentRecord[], unknownFields: Set<string>): string[] {
  const { data, error } = record.safeParse(value);
  if (error) {
    const said = error.issues.map(({ path, message }) => [path.join("."), message]);
    return said.slice(0, 3).map((words) => words.filter(Boolean).join(": "));
  }
  const { id, sha256 } = data;
  if (id.length < 12 || !sha256.startsWith(id)) return ["id: is not how its sha256 begins"];
  const { source, filedAs } = data;
  if (/^\.{0,2}$|[/\0]/.test(source.name)) return ["source.name: is no name of a file"];
  if (source.path.includes("\0")) return ["source.path: is no path"];
  if (filedAs?.includes("\0")) return ["filedAs: is no path"];
  for (const name of Object.keys(value as object)) {
    if (!Object.hasOwn(data, name)) unknownFields.add(name);
  }
  records.push(data);
  return [];
}

/**
 * Adds the records that are unknown here, all of them in one write: either all are durable when it resolves,
 * or none is there.
 *
 * Their calls get running numbers of this store, for each is counted once by its number.
 */
export async function takeIn(
  store: Pick<Store, "all" | "calls" | "commit" | "newId" | "nextSeq">,
  { records, unknownFields }: Checked,
): Promise<Transfer> {
  const here = [...store.all()];
  const [hashes, ids] = [
    new Set(here.map(({ sha256 }) => sha256)),
    new Set(here.map(({ id }) => id)),
  ];
  const fresh: DocumentRecord[] = [];
  const open: string[] = [];
  let known = 0;
  for (const one of records) {
    if (hashes.has(one.sha256)) known += 1;
    else if (isOpen(one)) open.push(one.id);
    else fresh.push(one);
    hashes.add(one.sha256);
  }

  const numberOf = renumber(fresh, store);
  const added: string[] = [];
  const commits = fresh.map((one) => {
    const id = ids.has(one.id) ? store.newId(one.sha256) : one.id;
    ids.add(id);
    added.push(id);
    const calls = one.calls.map((call) => ({ ...call, seq: numberOf(call) }));
    return store.commit({ ...one, id, calls });
  });
  await Promise.all(commits);
  return { added, known, open, unknownFields: [...unknownFields] };
}

/** Whether something is under way with its file that only the machine can finish where it is. */
function isOpen({ status, work, filedAs }: DocumentRecord): boolean {
  const isBack = status === "waiting" || status === "undone";
  return status === "processing" || Boolean(work?.staged) || (isBack && filedAs !== null);
}

/** Numbers calls by the order in which they were made; one that is booked here already keeps its number. */
function renumber(
  records: readonly DocumentRecord[],
  store: Pick<Store, "calls" | "nextSeq">,
): (call: Call) => number {
  // That of a document that was forgotten here, and comes back.
  const booked = new Map([...store.calls()].map((call) => [identityOf(call), call.seq]));
  const numbers = new Map<Call, number>();
  const inOrder = records
    .flatMap(({ calls }) => calls)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);
  for (const call of inOrder) {
    numbers.set(call, booked.get(identityOf(call)) ?? store.nextSeq());
  }
  return (call) => numbers.get(call) ?? call.seq;
}

const identityOf = ({ responseId, model, at, costUsd, possibleUsd }: Call): string =>
  JSON.stringify([responseId, model, at, costUsd, possibleUsd]);
