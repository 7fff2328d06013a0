import type { PublishedRow } from "./prices.ts";

/**
 * Published prices, as @pydantic/genai-prices 0.1.8 has them.
 *
 * Made by `npm run generate`, so that a change of prices is a diff that somebody reads; not to be edited.
 */
export const published: Readonly<Record<string, readonly PublishedRow[]>> = {
  "gpt-3.5-0301": [
    { price: { input: "1.5", cachedInput: "1.5", cacheWrite: "1.5", output: "2" }, long: null },
  ],
  "gpt-3.5-turbo-0301": [
    { price: { input: "1.5", cachedInput: "1.5", cacheWrite: "1.5", output: "2" }, long: null },
  ],
  "gpt-3.5-turbo": [
    { price: { input: "0.5", cachedInput: "0.5", cacheWrite: "0.5", output: "1.5" }, long: null },
  ],
  "gpt-3.5-turbo-0125": [
    { price: { input: "0.5", cachedInput: "0.5", cacheWrite: "0.5", output: "1.5" }, long: null },
  ],
  "gpt-3.5-turbo-0613": [
    { price: { input: "1.5", cachedInput: "1.5", cacheWrite: "1.5", output: "2" }, long: null },
  ],
  "gpt-3.5-turbo-1106": [
    { price: { input: "1", cachedInput: "1", cacheWrite: "1", output: "2" }, long: null },
  ],
  "gpt-3.5-turbo-16k": [
    { price: { input: "3", cachedInput: "3", cacheWrite: "3", output: "4" }, long: null },
  ],
  "gpt-3.5-turbo-16k-0613": [
    { price: { input: "3", cachedInput: "3", cacheWrite: "3", output: "4" }, long: null },
  ],
  "gpt-3.5-turbo-instruct": [
    { price: { input: "1.5", cachedInput: "1.5", cacheWrite: "1.5", output: "2" }, long: null },
  ],
  "gpt-3.5-turbo-instruct-0914": [
    { price: { input: "1.5", cachedInput: "1.5", cacheWrite: "1.5", output: "2" }, long: null },
  ],
  "gpt-4": [
    { price: { input: "30", cachedInput: "30", cacheWrite: "30", output: "60" }, long: null },
  ],
  "gpt-4-0314": [
    { price: { input: "30", cachedInput: "30", cacheWrite: "30", output: "60" }, long: null },
  ],
  "gpt-4-0613": [
    { price: { input: "30", cachedInput: "30", cacheWrite: "30", output: "60" }, long: null },
  ],
  "gpt-4-32k": [
    { price: { input: "60", cachedInput: "60", cacheWrite: "60", output: "120" }, long: null },
  ],
  "gpt-4-32k-0314": [
    { price: { input: "60", cachedInput: "60", cacheWrite: "60", output: "120" }, long: null },
  ],
  "gpt-4-32k-0613": [
    { price: { input: "60", cachedInput: "60", cacheWrite: "60", output: "120" }, long: null },
  ],
  "gpt-4-turbo": [
    { price: { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" }, long: null },
  ],
  "gpt-4-turbo-0125-preview": [
    { price: { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" }, long: null },
  ],
  "gpt-4-0125-preview": [
    { price: { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" }, long: null },
  ],
  "gpt-4-1106-preview": [
    { price: { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" }, long: null },
  ],
  "gpt-4-turbo-preview": [
    { price: { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" }, long: null },
  ],
  "gpt-4-vision-preview": [
    { price: { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" }, long: null },
  ],
  "gpt-4-1106-vision-preview": [
    { price: { input: "10", cachedInput: "10", cacheWrite: "10", output: "30" }, long: null },
  ],
  "gpt-4.1": [
    { price: { input: "2", cachedInput: "0.5", cacheWrite: "2", output: "8" }, long: null },
  ],
  "gpt-4.1-mini": [
    { price: { input: "0.4", cachedInput: "0.1", cacheWrite: "0.4", output: "1.6" }, long: null },
  ],
  "gpt-4.1-nano": [
    { price: { input: "0.1", cachedInput: "0.025", cacheWrite: "0.1", output: "0.4" }, long: null },
  ],
  "gpt-4.5-preview": [
    { price: { input: "75", cachedInput: "37.5", cacheWrite: "75", output: "150" }, long: null },
  ],
  "gpt-4o": [
    { price: { input: "2.5", cachedInput: "1.25", cacheWrite: "2.5", output: "10" }, long: null },
  ],
  "gpt-4o-2024-05-13": [
    { price: { input: "5", cachedInput: "5", cacheWrite: "5", output: "15" }, long: null },
  ],
  "gpt-4o-mini": [
    {
      price: { input: "0.15", cachedInput: "0.075", cacheWrite: "0.15", output: "0.6" },
      long: null,
    },
  ],
  "gpt-4o-mini-search-preview": [
    {
      price: { input: "0.15", cachedInput: "0.075", cacheWrite: "0.15", output: "0.6" },
      long: null,
    },
  ],
  "gpt-5": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5-chat": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5-chat-latest": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5-codex": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5-mini": [
    { price: { input: "0.25", cachedInput: "0.025", cacheWrite: "0.25", output: "2" }, long: null },
  ],
  "gpt-5-nano": [
    {
      price: { input: "0.05", cachedInput: "0.005", cacheWrite: "0.05", output: "0.4" },
      long: null,
    },
  ],
  "gpt-5-pro": [
    { price: { input: "15", cachedInput: "15", cacheWrite: "15", output: "120" }, long: null },
  ],
  "gpt-5.1": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5.1-codex": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5.1-codex-max": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5.1-chat": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5.1-chat-latest": [
    {
      price: { input: "1.25", cachedInput: "0.125", cacheWrite: "1.25", output: "10" },
      long: null,
    },
  ],
  "gpt-5.1-codex-mini": [
    { price: { input: "0.25", cachedInput: "0.025", cacheWrite: "0.25", output: "2" }, long: null },
  ],
  "gpt-5.1-mini": [
    { price: { input: "0.25", cachedInput: "0.025", cacheWrite: "0.25", output: "2" }, long: null },
  ],
  "gpt-5.2": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.2-chat": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.2-chat-latest": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.2-codex": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.2-pro": [
    { price: { input: "21", cachedInput: "21", cacheWrite: "21", output: "168" }, long: null },
  ],
  "gpt-5.3": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.3-chat": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.3-chat-latest": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.3-codex": [
    {
      price: { input: "1.75", cachedInput: "0.175", cacheWrite: "1.75", output: "14" },
      long: null,
    },
  ],
  "gpt-5.4": [
    {
      price: { input: "2.5", cachedInput: "0.25", cacheWrite: "2.5", output: "15" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.4-mini": [
    {
      price: { input: "0.75", cachedInput: "0.075", cacheWrite: "0.75", output: "4.5" },
      long: null,
    },
  ],
  "gpt-5.4-nano": [
    { price: { input: "0.2", cachedInput: "0.02", cacheWrite: "0.2", output: "1.25" }, long: null },
  ],
  "gpt-5.4-pro": [
    {
      price: { input: "30", cachedInput: "30", cacheWrite: "30", output: "180" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.5": [
    {
      price: { input: "5", cachedInput: "0.5", cacheWrite: "5", output: "30" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.5-chat": [
    {
      price: { input: "5", cachedInput: "0.5", cacheWrite: "5", output: "30" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.5-chat-latest": [
    {
      price: { input: "5", cachedInput: "0.5", cacheWrite: "5", output: "30" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.5-codex": [
    {
      price: { input: "5", cachedInput: "0.5", cacheWrite: "5", output: "30" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.5-pro": [
    {
      price: { input: "30", cachedInput: "30", cacheWrite: "30", output: "180" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.6-luna": [
    {
      price: { input: "1", cachedInput: "0.1", cacheWrite: "1.25", output: "6" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
    {
      since: "2026-07-30",
      price: { input: "0.2", cachedInput: "0.02", cacheWrite: "0.25", output: "1.2" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.6-sol": [
    {
      price: { input: "5", cachedInput: "0.5", cacheWrite: "6.25", output: "30" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
    {
      since: "2026-08-21",
      price: { input: "4", cachedInput: "0.4", cacheWrite: "5", output: "20" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.6": [
    {
      price: { input: "5", cachedInput: "0.5", cacheWrite: "6.25", output: "30" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
    {
      since: "2026-08-21",
      price: { input: "4", cachedInput: "0.4", cacheWrite: "5", output: "20" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-5.6-terra": [
    {
      price: { input: "2.5", cachedInput: "0.25", cacheWrite: "3.125", output: "15" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
    {
      since: "2026-07-30",
      price: { input: "2", cachedInput: "0.2", cacheWrite: "2.5", output: "12" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-6-astra": [
    {
      price: { input: "10", cachedInput: "1", cacheWrite: "12.5", output: "50" },
      long: { overInputTokens: 271999, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-6-luna": [
    {
      price: { input: "0.1", cachedInput: "0.01", cacheWrite: "0.125", output: "0.5" },
      long: { overInputTokens: 272000, inputPercent: 200, outputPercent: 150 },
    },
  ],
  "gpt-6-sol": [
    {
      price: { input: "2", cachedInput: "0.2", cacheWrite: "2.5", output: "10" },
      long: { overInputTokens: 272000, inputPercent: 200, outputPercent: 150 },
    },
  ],
  o1: [{ price: { input: "15", cachedInput: "7.5", cacheWrite: "15", output: "60" }, long: null }],
  "o1-mini": [
    { price: { input: "1.1", cachedInput: "0.55", cacheWrite: "1.1", output: "4.4" }, long: null },
  ],
  "o1-preview": [
    { price: { input: "15", cachedInput: "7.5", cacheWrite: "15", output: "60" }, long: null },
  ],
  "o1-pro": [
    { price: { input: "150", cachedInput: "150", cacheWrite: "150", output: "600" }, long: null },
  ],
  o3: [
    { price: { input: "10", cachedInput: "0.5", cacheWrite: "10", output: "40" }, long: null },
    {
      since: "2025-06-10",
      price: { input: "2", cachedInput: "0.5", cacheWrite: "2", output: "8" },
      long: null,
    },
  ],
  "o3-mini": [
    { price: { input: "1.1", cachedInput: "0.55", cacheWrite: "1.1", output: "4.4" }, long: null },
  ],
  "o3-mini-high": [
    { price: { input: "1.1", cachedInput: "0.55", cacheWrite: "1.1", output: "4.4" }, long: null },
  ],
  "o3-pro": [
    { price: { input: "20", cachedInput: "20", cacheWrite: "20", output: "80" }, long: null },
  ],
  "o4-mini": [
    { price: { input: "1.1", cachedInput: "0.275", cacheWrite: "1.1", output: "4.4" }, long: null },
  ],
  "o4-mini-high": [
    { price: { input: "1.1", cachedInput: "0.275", cacheWrite: "1.1", output: "4.4" }, long: null },
  ],
};
