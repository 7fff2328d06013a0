import test from "ava";
import { isOpenAi } from "../../src/openai/host.ts";

for (const address of [
  "https://api.openai.com/v1",
  "https://API.OpenAI.com:443/v1",
  "https://eu.api.openai.com/v1",
  "https://api.openai.com./v1",
]) {
  test(`${address} is OpenAI's own`, (t) => t.true(isOpenAi(address)));
}

for (const address of [
  "http://127.0.0.1:11434/v1",
  "https://api.openai.com.example.com/v1",
  "https://notapi.openai.com/v1",
  "https://openai.com/v1",
  "https://example.com/api.openai.com/v1",
]) {
  test(`${address} is somebody else's`, (t) => t.false(isOpenAi(address)));
}
