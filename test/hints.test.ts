import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { edit } from "../src/cli/edit.ts";
import { openDaemon } from "../src/daemon.ts";
import type { Sandbox } from "../src/sandbox/sandbox.ts";
import { endIn } from "./cli/answer.ts";
import { makeHome, quickFolder } from "./helpers/home.ts";
import { startLocalServer } from "./helpers/local-server.ts";
import { invoice, pdf } from "./helpers/pdf.ts";
import { homeAt } from "./helpers/run-once.ts";
import { openSandbox } from "./helpers/sandbox.ts";
import { openOffice } from "./intake/deeds/office.ts";

/** All that a server was asked about documents, as texts. */
const asksOf = ({ requests }: Pick<Sandbox, "requests">): readonly string[] =>
  requests()
    .filter(({ method, path }) => method === "POST" && path === "/v1/responses")
    .map(({ body }) => JSON.stringify(body));

test("what a person corrected once is offered with the next document, until that is undone", async (t) => {
  await using at = await openOffice({ "one.pdf": await invoice("RE-1") });
  t.false(asksOf(at.sandbox)[0]?.includes("earlier documents"));
  await at.edit("one.pdf", "issuer=Nordlicht", "category=Household");
  await at.take({ "two.pdf": await invoice("RE-2") });
  const [, second = ""] = asksOf(at.sandbox);
  for (const line of [
    String.raw`spell it so: \"Nordlicht\".`,
    String.raw`\"Nordlicht Energie GmbH\", and corrected by hand to \"Nordlicht\"`,
    String.raw`a document of \"Nordlicht\" under \"Household\".`,
  ]) {
    t.true(second.includes(line), second);
  }
  await at.undo("one.pdf");
  await at.take({ "three.pdf": await invoice("RE-3") });
  const [, , third = ""] = asksOf(at.sandbox);
  t.true(third.includes(String.raw`spell it so: \"Nordlicht Energie GmbH\".`), third);
  t.false(
    /corrected by hand|under \\"Household/.test(third.slice(third.indexOf("earlier documents"))),
  );
});

test("a name that a person put right is found in a document where the one stands that it was read as", async (t) => {
  let issuer = "Nordlicht Energie GmbH";
  const say = (answer: string) => JSON.stringify({ ...JSON.parse(answer), issuer });
  await using server = await startLocalServer({ say });
  await using home = await makeHome({
    servers: { local: { baseUrl: server.url } },
    prices: { "llama3.2": { input: 0, output: 0 } },
    profiles: { default: { server: "local", model: "llama3.2", input: "text" } },
  });
  const read = async (number: number) => {
    await home.drop(`${number}.pdf`, await invoice(`RE-${number}`));
    await using daemon = await openDaemon(home.config, { keys: new Map([["local", "none"]]) });
    return (await daemon.once()).tally;
  };
  t.like(await read(1), { archived: 1 });
  const [{ id } = { id: "" }] = await home.records();
  issuer = "Power Company";
  t.like(await read(2), { review: 1 }, "it stands nowhere there");
  await endIn(home, edit, { json: true }, { args: [id, "issuer=Power Company"] });
  t.like(await read(3), { archived: 1 });
});

const secret = (number: string) =>
  pdf({
    pages: [
      [
        "Geheimrat Klinik GmbH",
        "Hafenstrasse 12, 20457 Hamburg",
        "",
        "INVOICE",
        `Invoice number: ${number}`,
        "Invoice date: 2026-01-15",
        "Total amount: 12.00 EUR",
      ].join("\n"),
    ],
  });

test("no server is told of a name that only another one read", async (t) => {
  await using open = await openSandbox();
  await using discreet = await openSandbox({ key: "sk-discreet" });
  await using home = await homeAt(open, {
    servers: { discreet: { baseUrl: discreet.url } },
    profiles: { default: {}, private: { server: "discreet" } },
    folders: [quickFolder("scans", {}), quickFolder("private", { profile: "private" })],
  });
  for (const name of ["scans", "private"]) await mkdir(join(home.inbox, name));
  const keys = new Map([
    ["openai", open.key],
    ["discreet", discreet.key],
  ]);
  const run = async () => {
    await using daemon = await openDaemon(home.config, { keys });
    return (await daemon.once()).tally;
  };
  const correct = async (name: string, ...changes: readonly string[]) => {
    const record = (await home.records()).find(({ source }) => source.name === name);
    const { code } = await endIn(
      home,
      edit,
      { json: true },
      { args: [record?.id ?? "", ...changes] },
    );
    t.is(code, 0);
  };
  await home.drop("scans/open1.pdf", await invoice("RE-1"));
  await home.drop("private/secret1.pdf", await secret("K-1"));
  t.like(await run(), { archived: 2 });
  await correct("open1.pdf", "issuer=Nordlicht");
  await correct("secret1.pdf", "issuer=Geheimnis", "category=Household");
  await home.drop("scans/open2.pdf", await invoice("RE-2"));
  await home.drop("private/secret2.pdf", await secret("K-2"));
  t.like(await run(), { archived: 2 });

  const [toOpen, toDiscreet] = [asksOf(open), asksOf(discreet)];
  t.deepEqual([toOpen.length, toDiscreet.length], [2, 2]);
  t.true(toOpen[1]?.includes("Nordlicht"));
  t.true(toDiscreet[1]?.includes("Geheimnis"));
  for (const ask of toOpen) t.false(/Geheim/.test(ask), ask);
  for (const ask of toDiscreet) t.false(ask.includes("Nordlicht"), ask);
});
