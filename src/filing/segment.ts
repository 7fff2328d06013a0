/**
 * Makes one file or folder name of any text: the only way for names, titles and a model's words into a path.
 *
 * The result is NFC, safe on ext4, APFS, NTFS, exFAT and SMB, holds at most `maxBytes` bytes of
 * UTF-8 (cut between characters as people see them) and stays the same when made again of itself.
 * It is "" when nothing is left.
 */
export function safeSegment(text: string, maxBytes = 255): string {
  const name = cut(plainText(text).replace(/^[. ~-]+/, ""), maxBytes);
  return reserved.test(name) ? cut(`_${name}`, maxBytes) : name;
}

/** One line of visible text without the characters that some file system refuses; "" when nothing is left. */
export function plainText(text: string): string {
  return (
    text
      // Normalising is quadratic in a run of combining marks, and no name needs more than this.
      .slice(0, 4096)
      .replace(/[[\p{C}\p{Default_Ignorable_Code_Point}\uFFFC]--[\t-\r\x85]]+/gv, "")
      .replace(/[\s\x85\u2800"*<>?]+/g, " ")
      .replace(/[ /\\:|]*[/\\:|][ /\\:|]*/g, dash)
      .trim()
      .normalize("NFC")
  );
}

/** The longest beginning of a name that has at most `maxBytes` bytes of UTF-8, without dots and spaces at its end. */
export function cut(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name.replace(/[. ]+$/, "");
  const characters = Array.from(new Intl.Segmenter("und").segment(name), ({ segment }) => segment);
  // A single character of more bytes than that (a letter under a tower of marks) is cut all the same.
  const kept = beginning(characters, maxBytes) || beginning(name, maxBytes);
  return kept.replace(/[. ]+$/, "");
}

// "CON .txt" is the console, too; the raised digits are device numbers to Windows.
const reserved =
  /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9\u00B9\u00B2\u00B3]) *(?:\.|$)/i;

/** "AC/DC" reads well as "AC-DC", and "Re: offer" as "Re - offer". */
function dash(match: string, offset: number, whole: string): string {
  if (offset === 0 || offset + match.length === whole.length) return "";
  return match.includes(" ") ? " - " : "-";
}

function beginning(characters: Iterable<string>, maxBytes: number): string {
  let kept = "";
  let bytes = 0;
  for (const character of characters) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
