// C0 and C1 controls start escape sequences; line separators break a table; direction overrides make text lie about its
// order ("Trojan Source"); half a surrogate pair is no character at all.
const UNPRINTABLE = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\p{Cs}]/gu;

/**
 * Makes text that came from somewhere else safe for one line of a terminal: what could move the cursor, change colours
 * or reorder text is shown as an escape (`\x1b`, `\u202e`), everything else stays.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** As `printable`, for text of several lines: its line breaks and tabs stay. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.split('\t').map(printable).join('\t'));
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}
