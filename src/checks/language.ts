const names = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** Whether a text is a BCP 47 tag ("de", "en-GB", "und") of a language that is known. */
export function isLanguage(tag: string): boolean {
  try {
    const [canonical = ""] = Intl.getCanonicalLocales(tag);
    const [language = ""] = canonical.split("-");
    return language === "und" || names.of(language) !== undefined;
  } catch {
    return false;
  }
}
