/**
 * The document that is raced for, and what is done to its text. Everybody may write at its top and at its end; between
 * them each writer has a section of its own, which it may replace as a whole without taking anything from others.
 */
import type { SeededRandom } from '../crash/random.js';
import type { WireEdit } from '../crash/version-requests.js';
import type { Change, Shape } from './scenario.js';

/** A change that is about to be made. */
export interface Writing {
  readonly change: Change;
  /** What it brings; two for a `pair`. */
  readonly tokens: readonly [string, ...string[]];
  /** Number of the writer. */
  readonly writer: number;
  /** The lines that the writer's section has when this change is made. */
  readonly section: readonly string[];
  readonly place: number;
}

const ANCHORS = 3;

/** The tokens of a writer's n-th step. */
export function tokensOf(writer: number, step: number, change: Change): [string, ...string[]] {
  const name = `w${writer}.s${step}`;
  return change === 'pair' ? [`[${name}.top]`, `[${name}.end]`] : [`[${name}]`];
}

/** Every token in a text, as often as it stands there. */
export function tokensIn(text: string): string[] {
  return text.match(/\[w\d+\.s\d+(?:\.top|\.end)?\]/g) ?? [];
}

/** The document as it is pushed. */
export function initialText({ crlf, final_newline, fillers }: Shape, writers: number): string {
  const top = Array.from({ length: fillers }, (_, index) => `filler ${index}`);
  const lines = [
    '# Raced for',
    ...['', 'anchor 0', ...top, 'anchor 1', ''],
    ...Array.from({ length: writers }, (_, writer) => [heading(writer), '']).flat(),
    ...['## Shared', '', 'anchor 2', 'the end'],
    ...(final_newline ? [''] : []),
  ];
  return lines.join(crlf ? '\r\n' : '\n');
}

/** The text with the change made, as a writer sends it who sends the whole file. */
export function changeText(text: string, { change, tokens, writer, section, place }: Writing): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(end);
  const [token, last = token] = tokens;
  const swappable = fillersOf(lines);
  if (change === 'prepend') lines.unshift(token);
  else if (change === 'append') append(lines, token);
  else if (change === 'pair') {
    lines.unshift(token);
    append(lines, last);
  } else if (change === 'swap' && swappable.length > 0) {
    lines[lines.indexOf(swappable[place % swappable.length] ?? '')] = token;
  } else if (change === 'section') {
    const start = lines.indexOf(heading(writer)) + 1;
    const next = lines.findIndex((line, index) => index >= start && line.startsWith('## '));
    lines.splice(start, next - start, ...section);
  } else {
    const places = placesForAll(lines);
    lines.splice(places[place % places.length] ?? 0, 0, token);
  }
  return lines.join(end);
}

/** The change as edits, for a text that was read or, with `*`, whatever it is meanwhile. */
export function changeAsEdits(text: string, writing: Writing, random: SeededRandom): WireEdit[] {
  const { change, tokens, writer, section, place } = writing;
  const [token, last = token] = tokens;
  const swappable = fillersOf(text.split(/\r?\n/));
  const line = (word: string): string => (random.chance(0.5) ? `${word}\n` : word);
  const all = random.chance(0.5) ? { all: true } : {};
  if (change === 'prepend') return [{ op: 'prepend', text: line(token) }];
  if (change === 'append') return [{ op: 'append', text: line(token) }];
  if (change === 'pair') {
    return [
      { op: 'append', text: line(last) },
      { op: 'prepend', text: line(token) },
    ];
  }
  if (change === 'section') {
    return [{ op: 'replace_section', section: heading(writer).slice(3), text: `${section.join('\n')}\n` }];
  }
  const filler = swappable[place % swappable.length];
  if (change === 'swap' && filler !== undefined) return [{ op: 'replace', old: filler, new: token, ...all }];
  const anchor = `anchor ${place % ANCHORS}`;
  return [{ op: 'replace', old: anchor, new: `${token}\n${anchor}`, ...all }];
}

function heading(writer: number): string {
  return `## Section ${writer}`;
}

function fillersOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('filler '));
}

/** Puts a line behind the last one; what ended without a line end still does. */
function append(lines: string[], line: string): void {
  lines.splice(lines.at(-1) === '' ? lines.length - 1 : lines.length, 0, line);
}

/** Where a line can be put in without being in a writer's section: before which lines. */
function placesForAll(lines: readonly string[]): number[] {
  const first = lines.findIndex((line) => line.startsWith('## Section'));
  const shared = lines.indexOf('## Shared');
  return lines.map((_, index) => index).filter((index) => index <= first || index > shared);
}
