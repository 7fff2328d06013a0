/** What people call the member for everything else. */
const rest =
  /^(?:other|others|misc|miscellaneous|unknown|none|sonstiges|sonstige|andere|autre|autres|divers|overig|overige)$/i;

/**
 * The member of an enum that comes closest to a value: equal, else sharing words with it, else named in the
 * document's text, else the one for everything else.
 */
export function closest(members: readonly unknown[], wanted: unknown, text: string): unknown {
  if (members.includes(wanted)) return wanted;
  if (wanted === undefined || wanted === null) {
    if (members.includes(null)) return null;
  }
  const names = members.filter((member) => typeof member === "string");
  const plain = typeof wanted === "string" ? wanted.toLowerCase() : "";
  const similar = (name: string) => {
    const lower = name.toLowerCase();
    return plain !== "" && (lower === plain || lower.includes(plain) || plain.includes(lower));
  };
  return (
    names.find((name) => name.toLowerCase() === plain) ??
    names.find((name) => name !== "" && similar(name)) ??
    mentioned(names, text) ??
    names.find((name) => rest.test(name)) ??
    members[0]
  );
}

function mentioned(names: readonly string[], text: string): string | undefined {
  const lower = text.slice(0, 20_000).toLowerCase();
  return names.find((name) =>
    name
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .some((word) => word.length > 4 && lower.includes(word)),
  );
}
