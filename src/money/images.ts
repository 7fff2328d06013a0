import type { Format } from "../pdf/look.ts";
import { familyOf } from "./prices.ts";

/** Patches of 32 × 32 pixels: the image is fitted into a square, then into so many of them, each for so many tokens. */
interface Patches {
  readonly by: "patches";
  readonly side: number;
  readonly most: number;
  readonly tokensEach: number;
}

/** Tiles of 512 × 512 pixels, after the image was fitted into 2,048 pixels and its shorter side into 768. */
interface Tiles {
  readonly by: "tiles";
  readonly base: number;
  readonly tokensEach: number;
}

type Rule = Patches | Tiles | null;

interface Rules {
  readonly low: Rule;
  readonly high: Rule;
}

const patches = (side: number, most: number, tokensEach: number): Patches => ({
  by: "patches",
  side,
  most,
  tokensEach,
});
const tiles = (base: number, tokensEach: number): Tiles => ({ by: "tiles", base, tokensEach });

/** Earlier models than GPT-5.6 were billed for no page images at low detail, in all exchanges that were recorded. */
const before56 = (high: Rule): Rules => ({ low: null, high });

/** GPT-5.6; of newer models nothing is published, and they are taken to follow it. */
const newest: Rules = { low: patches(512, 256, 1.2), high: patches(2_048, 2_500, 1.2) };

/** OpenAI's rule for images (https://developers.openai.com/api/docs/guides/images-vision), by how a name begins. */
const rules: readonly (readonly [string, Rules])[] = [
  ["gpt-5.5", before56(patches(2_048, 2_500, 1.2))],
  ["gpt-5.4", before56(patches(2_048, 2_500, 1.2))],
  ["gpt-5.2", before56(patches(2_048, 6_144, 1.2))],
  ["gpt-5-mini", before56(patches(2_048, 6_144, 1.2))],
  ["gpt-5-nano", before56(patches(2_048, 6_144, 1.5))],
  ["gpt-4.1-mini", before56(patches(2_048, 6_144, 1.62))],
  ["gpt-4.1-nano", before56(patches(2_048, 6_144, 2.46))],
  ["o4-mini", before56(patches(2_048, 6_144, 1.72))],
  ["gpt-5.1", before56(tiles(70, 140))],
  ["gpt-4o-mini", before56(tiles(2_833, 5_667))],
  ["gpt-4o", before56(tiles(85, 170))],
  ["gpt-4.1", before56(tiles(85, 170))],
  ["o1", before56(tiles(75, 150))],
  ["o3", before56(tiles(75, 150))],
];

/** `gpt-5` alone: what begins like it is another model. */
const gpt5: Rules = before56(tiles(70, 140));

const rulesOf = (model: string): Rules =>
  familyOf(model) === "gpt-5"
    ? gpt5
    : (rules.find(([start]) => model.startsWith(start))?.[1] ?? newest);

/**
 * Dots per inch at which pages are taken to be drawn. It is published nowhere; at this one a deck of four slides
 * costs GPT-5.6 about what it was once seen to cost.
 */
const RESOLUTION = 96;

/** What pages cost as images, in input tokens, as far as it can be known: that they follow the rule is an inference. */
export function imageTokens(
  model: string,
  detail: "low" | "high",
  formats: readonly Format[],
): number {
  const rule = rulesOf(model)[detail];
  return formats.reduce((sum, format) => sum + format.pages * tokensOf(rule, format), 0);
}

/** The most that so many pages can cost as images, however large they are and whatever the detail. */
export function mostImageTokens(model: string, pages: number): number {
  const { low, high } = rulesOf(model);
  return pages * Math.max(mostOf(low), mostOf(high));
}

function tokensOf(rule: Rule, { width, height }: Format): number {
  if (rule === null) return 0;
  const pixels = (points: number) => Math.max(1, (points / 72) * RESOLUTION);
  const [w, h] = [pixels(width), pixels(height)];
  return rule.by === "tiles" ? tileTokens(rule, w, h) : patchTokens(rule, w, h);
}

function patchTokens({ side, most, tokensEach }: Patches, width: number, height: number): number {
  const fit = Math.min(1, side / Math.max(width, height));
  const [w, h] = [(width * fit) / PATCH, (height * fit) / PATCH];
  const count = Math.ceil(w) * Math.ceil(h);
  if (count <= most) return Math.ceil(count * tokensEach);
  // Smaller, so that whole patches fit.
  const scale = Math.sqrt(most / (w * h));
  const whole = Math.min(Math.floor(w * scale) / (w * scale), Math.floor(h * scale) / (h * scale));
  const shrunk = (patchesAcross: number) =>
    Math.max(1, Math.ceil(patchesAcross * scale * whole - 1e-9));
  return Math.ceil(Math.min(most, shrunk(w) * shrunk(h)) * tokensEach);
}

const PATCH = 32;

function tileTokens({ base, tokensEach }: Tiles, width: number, height: number): number {
  const first = Math.min(1, 2_048 / Math.max(width, height));
  const second = Math.min(first, 768 / Math.min(width, height));
  const across = (pixels: number) => Math.ceil((pixels * second) / 512);
  return base + tokensEach * across(width) * across(height);
}

function mostOf(rule: Rule): number {
  if (rule === null) return 0;
  // 768 × 2,048 pixels are 2 × 4 tiles.
  if (rule.by === "tiles") return rule.base + rule.tokensEach * 8;
  return Math.ceil(rule.most * rule.tokensEach);
}
