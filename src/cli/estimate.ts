import { resolve } from "node:path";
import { passwordsIn } from "../config/passwords.ts";
import {
  type Appraisal,
  type Appraised,
  openAppraisal,
  type Priced,
  type Tier,
  tiers,
} from "../intake/appraise.ts";
import { byName, gatherAll } from "../intake/gather.ts";
import { openRoots } from "../intake/roots.ts";
import { showUsd } from "../money/amount.ts";
import { requireFitting } from "../money/budget.ts";
import { openEstimator } from "../money/estimator.ts";
import { openExperiences } from "../money/experience.ts";
import type { Config } from "../config/schema.ts";
import { prepareProfiles, profileNamed } from "../openai/profile.ts";
import { hintsFrom } from "./hints.ts";
import { startInspector } from "../pdf/inspector.ts";
import { requireFewBytes, requireFewPages } from "../stages/inspect.ts";
import { openMeasuring } from "../stages/measure.ts";
import { openingBy } from "../stages/opening.ts";
import { readRecords } from "../store/store.ts";
import { type Command, exit, type Invocation, jsonOption, tell } from "./command.ts";
import { escapeText } from "./escape.ts";
import { profileOption } from "./profile-option.ts";
import { showProgress } from "./progress.ts";
import { stoppable } from "./stoppable.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export const estimate: Command = {
  usage: "estimate <paths...>",
  summary: "What reading files or whole folders would cost",
  options: [["--profile <name>", "as this profile would read them"], jsonOption],
  example: "autod estimate ~/Documents/Scans",

  async run(invocation) {
    const { cli } = invocation;
    const config = await cli.config();
    return await stoppable(cli, "not all was looked at", async () => {
      const appraised = await appraiseAll(invocation, config);
      tell(invocation, appraised, (terminal) => describe(appraised, terminal));
      const isAny = appraised.files.some(({ verdict }) => verdict === "refused");
      return isAny ? exit.unwell : exit.done;
    });
  },
};

async function appraiseAll({ args, options, cli }: Invocation, config: Config): Promise<Appraisal> {
  const { signal, terminal } = cli;
  const profiles = prepareProfiles(config.profiles);
  const profile = profileNamed(profiles, profileOption(options["profile"], config));
  const records = await readRecords(config.dataDir);
  await using inspector = startInspector({ signal });
  const hintsOf = hintsFrom(records, config.profiles);
  const measure = openMeasuring(inspector, openingBy(passwordsIn), hintsOf);
  const estimator = openEstimator(config.prices, openExperiences(records));
  const { appraise, total } = openAppraisal({
    known: new Map(records.map((record) => [record.sha256, record])),
    roots: openRoots(config, { remembers: false }),
    signal,
    async price(path, bytes) {
      requireFewBytes(bytes, config.limits);
      const measured = await measure(path, profile);
      requireFewPages(measured.pages, config.limits);
      const at = (serviceTier: Tier) => {
        const settings = { ...profile.settings, serviceTier };
        const asked = { ...measured, profile: { ...profile, settings } };
        return estimator.estimate(asked, settings.maxOutputTokens);
      };
      const costs = { default: at("default"), flex: at("flex") } satisfies Priced["costs"];
      requireFitting(costs[profile.settings.serviceTier].upperCost, config.budget, "budget");
      return { pages: measured.pages, inputTokens: costs.default.inputTokens, costs };
    },
  });

  const paths = args.map((path) => resolve(path));
  const found = [...(await gatherAll(paths, [], signal)).values()].toSorted(byName);
  signal.throwIfAborted();
  using progress = showProgress(terminal.screen, found.length, "looked at");
  const files: Appraised[] = [];
  for (const one of found) {
    files.push(await appraise(one));
    progress.tick();
  }
  const { model, serviceTier } = profile.settings;
  return { profile: profile.key, model, serviceTier, files, total: total() };
}

function describe(appraised: Appraisal, terminal: Terminal): string[] {
  const { files, serviceTier } = appraised;
  const tier = serviceTier === "flex" ? "flex" : "default";
  const of = (...verdicts: Appraised["verdict"][]) =>
    files.filter(({ verdict }) => verdicts.includes(verdict));
  const parts = [
    readings(of("read"), tier, terminal),
    others(of("known", "same", "refused"), terminal),
    totals(appraised, tier, terminal),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function readings(found: readonly Appraised[], tier: Tier, terminal: Terminal): string[] {
  if (found.length === 0) return [];
  const usd = ({ costs }: Appraised, which: "costUsd" | "upperCostUsd") =>
    showUsd(costs?.[tier][which] ?? "0");
  return table(
    found,
    [
      { title: "to be read", text: ({ name }) => `  ${escapeText(name)}`, shrinks: true },
      { title: "pages", text: ({ pages }) => `${pages}`, align: "right" },
      { title: "tokens", text: ({ inputTokens }) => number(inputTokens), align: "right" },
      { title: "about", text: (one) => usd(one, "costUsd"), align: "right" },
      { title: "at most", text: (one) => usd(one, "upperCostUsd"), align: "right" },
    ],
    terminal,
  );
}

const number = (count: number | null): string => (count ?? 0).toLocaleString("en");

function others(found: readonly Appraised[], terminal: Terminal): string[] {
  if (found.length === 0) return [];
  return table(
    found,
    [
      { title: "not to be read", text: ({ name }) => `  ${escapeText(name)}`, shrinks: true },
      { title: "why", text: (one) => escapeText(reasonOf(one)), shrinks: true },
    ],
    terminal,
  );
}

const reasonOf = ({ id, message, code }: Appraised): string =>
  id === null ? `${message}${code === null ? "" : ` (${code})`}` : `is known as ${id}`;

function totals({ files, total, model }: Appraisal, tier: Tier, terminal: Terminal) {
  const { style, width } = terminal;
  const { documents, pages, inputTokens, costs } = total;
  const passed = files.filter(({ verdict }) => verdict === "passed-over").length;
  const notes =
    passed === 0
      ? []
      : [`${number(passed)} ${passed === 1 ? "file is" : "files are"} no PDF by name`];
  if (documents === 0)
    return [style("bold", "nothing to be read"), ...notes.map((one) => style("dim", one))];
  const count = (many: number, what: string) => `${number(many)} ${what}${many === 1 ? "" : "s"}`;
  const head = `${count(documents, "document")}, ${count(pages, "page")}, ${count(inputTokens, "token")} to ${model}`;
  const lines = tiers.map((one) => {
    const { costUsd, upperCostUsd } = costs[one];
    const chosen = one === tier ? "  (the profile's tier)" : "";
    return `  ${one.padEnd(8)} about ${showUsd(costUsd)}, at most ${showUsd(upperCostUsd)}${chosen}`;
  });
  return [
    ...wrap(head, width, "").map((line) => style("bold", line)),
    ...lines,
    ...notes.map((one) => style("dim", one)),
    style("dim", "Nothing was sent."),
  ];
}
