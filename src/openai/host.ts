/** Whether an API is OpenAI's own, by the host of its address; any other may know less. */
export function isOpenAi(baseUrl: string): boolean {
  const host = URL.parse(baseUrl)?.hostname.replace(/\.$/, "") ?? "";
  return /^(?:.+\.)?api\.openai\.com$/.test(host);
}
