import type { Colours } from './output.js';
import { printable } from './printable.js';

/** A place in a text, in Unicode characters (code points). */
interface Span {
  start: number;
  end: number;
}

/** The lines of a text, safe for a terminal, with what matches painted. */
export function paintedLines(text: string, spans: readonly Span[], paint: (match: string) => string): string[] {
  const characters = Array.from(text);
  const lines = [''];
  const add = (part: string, painted: boolean): void => {
    for (const [index, line] of part.split(/\r?\n/).entries()) {
      if (index > 0) lines.push('');
      const safe = line.split('\t').map(printable).join('  ');
      lines.push(`${lines.pop() ?? ''}${painted && safe !== '' ? paint(safe) : safe}`);
    }
  };
  let at = 0;
  for (const { start, end } of spans) {
    add(characters.slice(at, start).join(''), false);
    add(characters.slice(Math.max(at, start), end).join(''), true);
    at = Math.max(at, end);
  }
  add(characters.slice(at).join(''), false);
  return lines;
}

/** How a match looks on a terminal. */
export function matchPaint({ bold, yellow }: Colours): (match: string) => string {
  return (match) => bold(yellow(match));
}
