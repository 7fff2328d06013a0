import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "ava";
import { faultKinds } from "../../../src/sandbox/faults/kinds.ts";
import { autod, startAutod } from "../../helpers/cli.ts";
import { emptyFolder } from "../../helpers/folder.ts";

/** What `autod sandbox` says until it is ready; `use` is called with it, and then it is stopped. */
async function started(
  words: readonly string[],
  use: (lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const child = startAutod(["sandbox", ...words]);
  try {
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.startsWith("{") || line.startsWith("Stop")) break;
    }
    await use(lines);
  } finally {
    const exited = child.exitCode === null ? once(child, "exit") : null;
    child.kill("SIGINT");
    await exited;
  }
}

const script = `
- request: POST /v1/responses
  kinds: [rate-limit, ok, "slow:5"]
- request: DELETE /v1/files/:id
  kinds:
    - fault
  forever: true
`;

test("the help names every fault", async (t) => {
  const { stdout } = await autod(["help", "sandbox"]);
  const named = [...stdout.matchAll(/^ {6}([a-z-]+)(?:\[:[a-z]+\])? +\S/gm)].map(
    ([, name]) => name,
  );
  t.deepEqual(
    named.filter((name) => name && name in faultKinds),
    Object.keys(faultKinds),
  );
  t.true(stdout.split("\n").every((line) => line.length <= 80));
});

test("the sandbox fails as often as the command line says, and says so", async (t) => {
  const words = ["--fault-rate", "1", "--faults", "quota, fault", "--seed", "3"];
  await started([...words, "--json"], async ([line = ""]) => {
    const { url, key, faults } = JSON.parse(line) as Record<string, string>;
    t.deepEqual(faults as unknown, { rate: 1, kinds: ["quota", "fault"], seed: 3 });
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${url}/files/a`, { method: "DELETE", headers });
    t.true([429, 500].includes(answer.status));
  });
  await started(words, async (lines) => {
    const said = lines.indexOf(
      "By chance (seed 3) it fails 100 % of all uploads, asks and deletions:",
    );
    t.is(lines[said + 1], "  quota, fault");
  });
});

test("the sandbox fails as a script says, and says so", async (t) => {
  const file = join(await emptyFolder(t), "script.yaml");
  await writeFile(file, script);
  await started(["--fault-script", file], async (lines) => {
    const said = lines.indexOf("By script it fails:");
    t.deepEqual(lines.slice(said + 1, said + 3), [
      "  POST /v1/responses: rate-limit, ok, slow:5; then all is well",
      "  DELETE /v1/files/:id: fault; the last for ever",
    ]);
    const [, url] = /baseUrl: (\S+) /.exec(lines.join("\n")) ?? [];
    const headers = { authorization: "Bearer sk-sandbox" };
    for (const status of [429, 400, 400]) {
      const answer = await fetch(`${url}/responses`, { method: "POST", headers, body: "{}" });
      t.is(answer.status, status);
    }
  });
});

test("the sandbox says nothing of faults where it has none", async (t) => {
  await started([], async (lines) => {
    t.notRegex(lines.join("\n"), /fail/);
  });
  await started(["--json"], async ([line = ""]) => {
    t.like(JSON.parse(line), { faults: null });
  });
});

const refuses = test.macro({
  title: (_, words: readonly string[]) => `"autod sandbox ${words.join(" ")}" isn't taken`,
  async exec(t, words: readonly string[], said: RegExp) {
    const { code, stdout, stderr } = await autod(["sandbox", ...words]);
    t.is(code, 2);
    t.is(stdout, "");
    t.regex(stderr, said);
    t.regex(stderr, /\(ARGUMENT_INVALID\)/);
  },
});

const rate = ["--fault-rate", "0.2"];
test(refuses, [...rate, "--faults", "rate-limt"], /rate-limt; did you mean rate-limit\?/);
test(refuses, [...rate, "--faults", "fault,"], /unknown kind of fault: ; known: rate-limit, /);
test(refuses, [...rate, "--faults", "slow:soon"], /--faults: .*such as slow:1000/);
test(refuses, ["--fault-rate", "20", "--faults", "fault"], /a number from 0 to 1, not 20/);
test(refuses, ["--fault-rate", "", "--faults", "fault"], /a number from 0 to 1/);
test(refuses, [...rate, "--faults", "fault", "--seed", "x"], /--seed takes a whole number/);
test(refuses, rate, /--fault-rate and --faults are given together/);
test(refuses, ["--faults", "fault"], /--fault-rate and --faults are given together/);
test(refuses, ["--seed", "1"], /--fault-rate and --faults are given together/);
test(refuses, [...rate, "--fault-script", "a.yaml"], /--fault-script takes no --fault-rate/);
test(
  refuses,
  ["--fault-script", "/nowhere/script.yaml"],
  /nowhere\/script\.yaml can.t be read: no such file/,
);

const refusesScript = test.macro({
  title: (title) => `a script ${title} isn't taken`,
  async exec(t, text: string, said: RegExp) {
    const file = join(await emptyFolder(t), "script.yaml");
    await writeFile(file, text);
    const { code, stderr } = await autod(["sandbox", "--fault-script", file]);
    t.is(code, 2);
    t.regex(stderr, said);
    t.regex(stderr, /\(ARGUMENT_INVALID\)/);
  },
});

test(
  "with an unknown fault",
  refusesScript,
  script.replace("- fault", "- fualt"),
  /yaml:6: .*did you mean fault\?/,
);
test(
  "with a value too much",
  refusesScript,
  script.replace("- fault", "- fault:1"),
  /yaml:6: .*just fault/,
);
test(
  "with a request that can't be",
  refusesScript,
  script.replace("POST /v1", "post /v1"),
  /yaml:2: no request is called post/,
);
test("with a key it doesn't know", refusesScript, `${script}  often: true\n`, /yaml:4: .*often/);
test("that is no list", refusesScript, "kinds: [fault]\n", /yaml:1: /);
test("that is no YAML", refusesScript, "- request: [\n", /yaml:\d: /);
test("without a step", refusesScript, "[]\n", /yaml:1: /);
