/** The place of a value in a template: `{key}`, `{key:format}`, `{key|default}` or `{key:format|default}`. */
export const placeholder = /\{([^{}:|]*)(?::([^{}|]*))?(?:\|([^{}]*))?\}/;

/** The keys that a template has places for. */
export const keysOf = (template: string): string[] =>
  Array.from(template.matchAll(new RegExp(placeholder, "g")), ([, key = ""]) => key.trim());
