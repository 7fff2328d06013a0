import test from "ava";
import { openDaemon } from "../../src/daemon.ts";
import { makeHome, quickFolder } from "../helpers/home.ts";
import { invoice } from "../helpers/pdf.ts";
import { openSandbox } from "../helpers/sandbox.ts";
import { toldBy } from "./told.ts";

/** What is told while everything that lies there is taken, with such a key. */
async function toldOf(
  t: Parameters<typeof toldBy>[0],
  settings: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string | Uint8Array>>,
  keyOf: (key: string) => string = (key) => key,
) {
  await using sandbox = await openSandbox();
  const openai = { baseUrl: sandbox.url };
  // Nobody made its folders.
  const other = quickFolder("other", { inbox: "./Other", archive: "./Away" });
  const scans = quickFolder("scans", { inbox: "./Inbox" });
  await using home = await makeHome({ openai, folders: [scans, other], ...settings });
  for (const [name, bytes] of Object.entries(files)) await home.drop(name, bytes);
  const { heed, end } = await toldBy(t);
  const keys = new Map([["openai", keyOf(sandbox.key)]]);
  {
    await using daemon = await openDaemon(home.config, { keys, eyes: heed });
    await daemon.once();
  }
  return (await end()).toSorted((a, b) => a.occasion.localeCompare(b.occasion));
}

test("what a daemon logs of documents and folders is told", async (t) => {
  const me = { profiles: { default: { review: { below: 1 } } } };
  const [offline, quarantine, review, ...others] = await toldOf(t, me, {
    "broken.pdf": "no PDF\n%%EOF",
    "good.pdf": await invoice("RE-1"),
  });
  t.like(offline, { title: "autod: nothing is taken from folder other", folder: "other" });
  t.like(quarantine, { folder: "scans", error: { code: "NOT_A_PDF" } });
  t.regex(quarantine?.text ?? "", /^broken\.pdf: the file is no PDF/);
  t.like(review, { error: { code: "CONFIDENCE_LOW" } });
  t.regex(review?.text ?? "", /^good\.pdf: /);
  t.deepEqual(others, []);
});

test("what a daemon logs of a server and a budget is told", async (t) => {
  const file = { "good.pdf": await invoice("RE-1") };
  const [blocked] = await toldOf(t, {}, file, () => "sk-wrong");
  t.like(blocked, { title: "autod: server openai is blocked", error: { code: "KEY_REJECTED" } });
  const budget = { perDocument: null, perDay: "0", perMonth: null };
  const [exhausted] = await toldOf(t, { budget }, file);
  t.like(exhausted, { title: "autod: the budget is used up", folder: "scans" });
});
