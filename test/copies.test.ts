import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { textOfBytes } from "../src/pdf/bytes.ts";
import { startInspector } from "../src/pdf/inspector.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/sandbox.ts";
import { autod } from "./helpers/cli.ts";
import { expectFiled, sha256 } from "./helpers/expect-filed.ts";
import { emptyFolder } from "./helpers/folder.ts";
import { type Home, makeHome } from "./helpers/home.ts";
import { invoice, invoiceText, pdf } from "./helpers/pdf.ts";
import { homeAt, runOnce } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";

const inputs = ["file", "inline", "text"] as const;
const passwords = ["wrong", "open sesame"];

const long = () =>
  pdf({ pages: [invoiceText("RE-2"), "Overleaf", ...Array<string>(3).fill("x ".repeat(2_000))] });

const homeWith = (sandbox: Sandbox, profile: Readonly<Record<string, unknown>>) =>
  homeAt(sandbox, { profiles: { default: profile } });

async function saved(t: ExecutionContext, bytes: Uint8Array): Promise<string> {
  const path = join(await emptyFolder(t), "sent.pdf");
  await writeFile(path, bytes);
  return path;
}

/** What `autod estimate` says that reading a file would cost. */
async function estimated(home: Home, path: string) {
  const { stdout } = await autod(["estimate", path, "--json", "--config", home.configFile]);
  const { files } = JSON.parse(stdout);
  return files[0].costs.default as { readonly costUsd: string; readonly upperCostUsd: string };
}

for (const input of inputs) {
  test(`sent as ${input}, a locked PDF is read as if it were none, and archived with its own bytes`, async (t) => {
    await using sandbox = await openSandbox();
    await using home = await homeWith(sandbox, { input, passwords });
    await using bare = await homeWith(sandbox, { input });
    const locked = await invoice("RE-1", { password: "open sesame" });
    const path = await home.drop("locked.pdf", locked);
    const costs = await estimated(home, path);
    t.deepEqual(costs, await estimated(bare, await bare.drop("open.pdf", await invoice("RE-1"))));

    t.like(await runOnce(home, sandbox), { archived: 1, quarantined: 0 });

    await expectFiled(t, home, [locked]);
    const [record] = await home.records();
    t.like(record, { pages: 1, textLayer: true, bytes: locked.length });
    t.is(record?.extraction?.issuer, "Nordlicht Energie GmbH");
    t.like(record?.estimate, costs);
    t.true(Number(record?.costUsd) <= Number(costs.upperCostUsd));
    t.notRegex(JSON.stringify([await home.records(), await home.logs()]), /sesame|wrong/);
  });

  test(`sent as ${input}, a long PDF is read and paid for by its first pages, and archived whole`, async (t) => {
    await using sandbox = await openSandbox();
    await using home = await homeWith(sandbox, { input, maxPages: 2 });
    await using bare = await homeWith(sandbox, { input });
    const whole = await long();
    const short = await pdf({ pages: [invoiceText("RE-2"), "Overleaf"] });
    const path = await home.drop("long.pdf", whole);
    const costs = await estimated(home, path);
    t.deepEqual(costs, await estimated(bare, await bare.drop("short.pdf", short)));

    t.like(await runOnce(home, sandbox), { archived: 1 });
    t.like(await runOnce(bare, sandbox), { archived: 1 });

    await expectFiled(t, home, [whole]);
    const [record] = await home.records();
    // A page with one word only has no text layer.
    t.like(record, { pages: 5, textLayer: false });
    t.like(record?.estimate, costs);
    const [first, second] = sandbox.bills();
    t.is(first?.usage.input_tokens, second?.usage.input_tokens, "as if it were no longer");
  });
}

test("what is uploaded has the first pages alone, opens without a password, and is named after the original", async (t) => {
  await using inspector = startInspector();
  const seen: { readonly encrypted: boolean; readonly texts: readonly string[] }[] = [];
  const names: string[] = [];
  await using sandbox = await startSandbox({
    async readText(bytes) {
      const texts = await textOfBytes(inspector)(bytes);
      const { encrypted } = await inspector.inspect(await saved(t, bytes));
      seen.push({ encrypted, texts });
      names.push(...sandbox.files().map(({ filename }) => filename));
      return texts;
    },
  });
  await using home = await homeWith(sandbox, { passwords, maxPages: 1 });
  const locked = await pdf({ pages: [invoiceText("RE-3"), "Overleaf"], password: "open sesame" });
  await home.drop("locked.pdf", locked);

  t.like(await runOnce(home, sandbox), { archived: 1 });

  t.is(seen.length, 1);
  t.false(seen[0]?.encrypted);
  t.is(seen[0]?.texts.length, 1);
  t.regex(seen[0]?.texts[0] ?? "", /RE-3/);
  t.regex(names[0] ?? "", new RegExp(`^autod-.+-${sha256(locked).slice(0, 12)}\\.pdf$`));
  await expectFiled(t, home, [locked]);
});

test("a dry run opens what a run would open", async (t) => {
  await using home = await makeHome({ profiles: { default: { passwords, maxPages: 1 } } });
  const locked = await pdf({ pages: [invoiceText("RE-4"), "Overleaf"], password: "open sesame" });
  await home.drop("locked.pdf", locked);
  const { stdout } = await autod(["run", "--dry-run", "--json", "--config", home.configFile]);
  t.like(JSON.parse(stdout).files, [{ verdict: "read", pages: 2 }] as never);
});

test("a PDF that no password opens is quarantined as ever, and filed by retry once there is one", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeWith(sandbox, { passwords: "./passwords" });
  const file = join(home.folder, "passwords");
  await writeFile(file, "wrong\n", { mode: 0o600 });
  const locked = await invoice("RE-1", { password: "open sesame" });
  await home.drop("locked.pdf", locked);
  t.like(await runOnce(home, sandbox), { quarantined: 1 });
  t.like((await home.records())[0]?.error, { code: "PDF_PASSWORD", kind: "document" });
  t.is(sandbox.requests().filter(({ method }) => method === "POST").length, 0);

  await writeFile(file, "wrong\nopen sesame\n");
  const { code } = await autod(["retry", "--all", "--config", home.configFile]);
  t.is(code, 0);
  t.like(await runOnce(home, sandbox), { archived: 1 });
  await expectFiled(t, home, [locked]);
});

test("where the passwords can't be read documents wait, and none is blamed for it", async (t) => {
  await using sandbox = await openSandbox();
  await using home = await homeWith(sandbox, { passwords: "./passwords" });
  const locked = await invoice("RE-1", { password: "open sesame" });
  const open = await invoice("RE-2");
  await home.drop("locked.pdf", locked);
  await home.drop("open.pdf", open);
  t.like(await runOnce(home, sandbox), { waiting: 2, quarantined: 0 });
  for (const { error } of await home.records()) {
    t.is(error?.code, "CONFIG_INVALID");
    t.regex(error?.message ?? "", /passwords can't be read/);
  }
  await writeFile(join(home.folder, "passwords"), "open sesame\n", { mode: 0o600 });
  t.like(await runOnce(home, sandbox), { archived: 2 });
  await expectFiled(t, home, [locked, open]);
});
