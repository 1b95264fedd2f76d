/** How a text's lines end: all with LF, all with CRLF, some so and some so, or no line has an end. */
export type LineEnds = 'lf' | 'crlf' | 'mixed' | 'none';

/**
 * How a text's lines end. A CR that is not before an LF is a character like others; before a CRLF it makes the text mixed,
 * because its line ends could not be changed and changed back.
 */
export function lineEndsOf(text: string): LineEnds {
  let ends: LineEnds = 'none';
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    const end = text[at - 1] !== '\r' ? 'lf' : text[at - 2] !== '\r' ? 'crlf' : 'mixed';
    if (end === 'mixed' || (ends !== 'none' && ends !== end)) return 'mixed';
    ends = end;
  }
  return ends;
}

/** The lines of a text, each with its end; a last line without one counts, an empty rest does not. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', start)) {
    lines.push(text.slice(start, at + 1));
    start = at + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** How many lines a text has, as `splitLines` would give them. */
export function countLines(text: string): number {
  const ends = countLineEnds(text, 0, text.length);
  return text === '' || text.endsWith('\n') ? ends : ends + 1;
}

/** How many line ends stand in a part of a text. */
export function countLineEnds(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** A line without its end. */
export function withoutEnd(line: string): string {
  return line.endsWith('\r\n') ? line.slice(0, -2) : line.endsWith('\n') ? line.slice(0, -1) : line;
}
